import type { LogRecord } from '../ingest/log.ts'
import type { ReadingHeader } from '../ingest/reading-header.ts'
import type { TopicName } from '../ingest/topics.ts'
import {
  type JoinState,
  type LateReading,
  type Modality,
  type PatientWindow,
  type SourceProgress,
  type SourceState,
  TOPIC_OF_MODALITY,
  type WindowClosing,
} from '../reading.ts'
import { MODALITY_VALUES } from '../records.ts'
import type { ByteArena } from './byte-arena.ts'
import { ContextTable } from './context-table.ts'
import { EventClock } from './event-clock.ts'
import { lateReading } from './late-readings.ts'
import { HeldReadings } from './held-readings.ts'
import { HourlyVitals } from './hourly-vitals.ts'
import { OpenWindow } from './open-window.ts'
import type { TumblingWindows } from './tumbling-windows.ts'
import { earliest } from './watermark.ts'
import type { WindowReadings } from './window-readings.ts'

export interface JoinPolicy {
  windows: TumblingWindows
  /** Append time without a record after which a source is idle. */
  sourceIdleMs: number
  /** Append time since its first reading after which a window closes whoever is missing. */
  windowWaitMs: number
}

/** A window that is final. */
export interface ClosedWindow {
  window: PatientWindow
  closedBy: WindowClosing
  contentDigest: string
  /** What it holds in memory, about. */
  bytes: number
  /** Nobody reads the window any more: its bytes give way to others. */
  letGo(): void
  /** The state to go on from when all up to this window is in the log; null when another window closed with it. */
  state: JoinState | null
}

const NONE: readonly ClosedWindow[] = []
/** Room is not made for more, because one window was full. */
const MOST_USUAL = 4_096
const MODALITY_OF_TOPIC: ReadonlyMap<TopicName, Modality> = new Map(
  MODALITY_VALUES.map((modality) => [TOPIC_OF_MODALITY[modality], modality]),
)

export type Placement = 'window' | 'replayed' | LateReading

/** The windowed join of one patient's three streams. Pure: it knows records, their append times, and no other clock. */
export class PatientJoin {
  readonly patientId: string
  readonly context = new ContextTable()
  readonly #policy: JoinPolicy
  readonly #arena: ByteArena
  readonly #clocks: EventClock[] = []
  readonly #vitals: HourlyVitals
  readonly #open = new Map<number, OpenWindow>()
  /** Where the restored state was taken, by topic; what lies before has had its effect on clocks and outputs. */
  readonly #restored: Map<string, number>
  /** How many streams of it have not been read to there. */
  #rebuilding: number
  readonly #restoredAppendTimeMs: number
  /** of the open windows the earliest start, and the earliest moment at which one was opened */
  #oldestStartMs = Infinity
  #firstOpenedMs = Infinity
  /** the window that held the last reading: the next is most often there */
  #latest: OpenWindow | null = null
  /** in the last window that closed */
  #usualReadings = 0
  #closedThroughMs: number
  #streamTimeMs = -Infinity

  constructor(patientId: string, policy: JoinPolicy, state: JoinState | null, arena: ByteArena) {
    this.#arena = arena
    this.patientId = patientId
    this.#policy = policy
    this.#restored = new Map(Object.entries(state?.positions ?? {}))
    this.#rebuilding = [...MODALITY_OF_TOPIC.keys()].filter((topic) => this.#restored.has(topic)).length
    this.#restoredAppendTimeMs = state?.appendTimeMs ?? -Infinity
    this.#closedThroughMs = state?.closedThroughMs ?? -Infinity
    this.#vitals = new HourlyVitals(state?.vitals ?? null)
    for (const progress of state?.sources ?? []) {
      this.#clock(progress)
      this.#streamTimeMs = Math.max(this.#streamTimeMs, progress.watermarkMs)
    }
  }

  /** Puts a reading where it belongs. Windows that this closes are collected by `close`. */
  place(header: ReadingHeader): Placement {
    const { modality, feedId, eventTimeMs, record } = header
    const startMs = this.#policy.windows.startOf(eventTimeMs)
    const closed = this.#policy.windows.endOf(startMs) <= this.#closedThroughMs
    if (this.#isReplayed(record)) {
      if (!closed) this.#hold(header, startMs)
      return 'replayed'
    }
    const clock =
      this.#clockOf(modality, feedId) ??
      this.#clock({
        modality,
        feedId,
        watermarkMs: Math.min(eventTimeMs, record.appendTimeMs),
        lastAppendTimeMs: record.appendTimeMs,
        idle: false,
      })
    clock.observe(eventTimeMs, record)
    this.#streamTimeMs = Math.max(this.#streamTimeMs, Math.min(eventTimeMs, record.appendTimeMs))
    if (closed) return lateReading(header, startMs, this.#streamTimeMs)
    this.#hold(header, startMs)
    return 'window'
  }

  /** Append time at which silence next changes something here, if nothing comes before. */
  get nextDeadlineMs(): number {
    let deadlineMs = Infinity
    for (const clock of this.#clocks) deadlineMs = Math.min(deadlineMs, clock.idleAtMs)
    return Math.min(deadlineMs, this.#firstOpenedMs + this.#policy.windowWaitMs)
  }

  /** Closes, oldest first, every window that the watermark or the bounded wait has passed at `appendTimeMs`. */
  close(appendTimeMs: number, positions: () => JoinState['positions']): readonly ClosedWindow[] {
    for (const clock of this.#clocks) clock.advance(appendTimeMs)
    const watermarkMs = earliest(this.#clocks)
    const passedMs = this.#policy.windows.closedThrough(watermarkMs)
    const waitedMs = this.#waitedMs(appendTimeMs)
    let closed = NONE
    // Asked of everybody who said something, at every moment: most often there is nothing to close.
    if (this.#policy.windows.endOf(this.#oldestStartMs) <= Math.max(passedMs, waitedMs))
      closed = this.#closeThrough(passedMs, waitedMs, watermarkMs === Infinity ? 'end' : 'watermark')
    // Windows that nobody sent anything for are closed as well: what comes for them now is late.
    if (passedMs !== Infinity) this.#closedThroughMs = Math.max(this.#closedThroughMs, passedMs)
    const last = closed.at(-1)
    if (last !== undefined) last.state = this.#save(appendTimeMs, positions())
    return closed
  }

  /** Every source has ended: what is open closes. */
  end(appendTimeMs: number, positions: () => JoinState['positions']): readonly ClosedWindow[] {
    for (const clock of this.#clocks) clock.end()
    return this.close(appendTimeMs, positions)
  }

  get openWindows(): number {
    return this.#open.size
  }

  /** What the open windows hold in memory, about. */
  get bytes(): number {
    let bytes = 0
    for (const window of this.#open.values()) bytes += window.bytes
    return bytes
  }

  /** The oldest offset of a topic that an open window, or a clock that no saved state knows, still needs. */
  oldestOffset(topic: TopicName): number {
    const modality = MODALITY_OF_TOPIC.get(topic)
    let oldest = Infinity
    if (modality === undefined) return oldest
    for (const clock of this.#clocks) if (clock.modality === modality) oldest = Math.min(oldest, clock.unsavedOffset)
    for (const window of this.#open.values()) oldest = Math.min(oldest, window.oldestOffset(modality))
    return oldest
  }

  /** A topic that was made anew counts from 0 again: what was appended since the state was taken cannot lie before it. */
  #isReplayed({ topic, offset, appendTimeMs }: LogRecord): boolean {
    // Asked for every reading; but for a moment after a start there is nothing to rebuild.
    if (this.#rebuilding === 0) return false
    const position = this.#restored.get(topic)
    if (position === undefined) return false
    if (offset < position && appendTimeMs <= this.#restoredAppendTimeMs) return true
    this.#restored.delete(topic)
    this.#rebuilding--
    return false
  }

  #hold(header: ReadingHeader, startMs: number): void {
    let window = this.#latest?.startMs === startMs ? this.#latest : this.#open.get(startMs)
    if (window === undefined) {
      const held = new HeldReadings(this.#arena, this.#usualReadings)
      window = new OpenWindow(startMs, header.record.appendTimeMs, held)
      this.#open.set(startMs, window)
      this.#opened(window)
    }
    this.#latest = window
    window.add(header)
  }

  /** The end of the last window whose wait is over. */
  #waitedMs(appendTimeMs: number): number {
    const { windowWaitMs, windows } = this.#policy
    let waitedMs = -Infinity
    if (appendTimeMs < this.#firstOpenedMs + windowWaitMs) return waitedMs
    for (const window of this.#open.values())
      if (appendTimeMs >= window.openedAppendTimeMs + windowWaitMs)
        waitedMs = Math.max(waitedMs, windows.endOf(window.startMs))
    return waitedMs
  }

  #closeThrough(passedMs: number, waitedMs: number, passedBy: WindowClosing): ClosedWindow[] {
    const closed: ClosedWindow[] = []
    for (const startMs of [...this.#open.keys()].sort((a, b) => a - b)) {
      const endMs = this.#policy.windows.endOf(startMs)
      if (endMs > passedMs && endMs > waitedMs) break
      closed.push(this.#closeWindow(startMs, endMs > passedMs ? 'wait' : passedBy))
      this.#closedThroughMs = Math.max(this.#closedThroughMs, endMs)
    }
    this.#oldestStartMs = Infinity
    this.#firstOpenedMs = Infinity
    for (const window of this.#open.values()) this.#opened(window)
    return closed
  }

  #opened({ startMs, openedAppendTimeMs }: OpenWindow): void {
    this.#oldestStartMs = Math.min(this.#oldestStartMs, startMs)
    this.#firstOpenedMs = Math.min(this.#firstOpenedMs, openedAppendTimeMs)
  }

  #clock(progress: SourceProgress): EventClock {
    const clock = new EventClock(progress, this.#policy.sourceIdleMs)
    this.#clocks.push(clock)
    return clock
  }

  /** They are few: to look at each costs less than to look one up. */
  #clockOf(modality: Modality, feedId: string): EventClock | undefined {
    for (const clock of this.#clocks) if (clock.feedId === feedId && clock.modality === modality) return clock
    return undefined
  }

  #closeWindow(startMs: number, closedBy: WindowClosing): ClosedWindow {
    const open = this.#open.get(startMs)
    if (open === undefined) throw new Error('only an open window closes')
    this.#open.delete(startMs)
    this.#latest = null
    this.#usualReadings = Math.min(open.length, MOST_USUAL)
    const endMs = this.#policy.windows.endOf(startMs)
    const readings = open.closed()
    const sources = this.#clocks.map((clock) => sourceState(clock, readings))
    const { patientId } = this
    const context = this.context.asOf(endMs)
    const history = this.#vitals.add(startMs, readings.signals)
    return {
      window: { patientId, startMs, endMs, readings, context, history, sources },
      closedBy,
      contentDigest: readings.digest(),
      bytes: open.bytes,
      letGo: () => readings.letGo(),
      state: null,
    }
  }

  #save(appendTimeMs: number, positions: JoinState['positions']): JoinState {
    return {
      patientId: this.patientId,
      closedThroughMs: this.#closedThroughMs,
      appendTimeMs,
      positions: furthest(this.#restored, positions),
      sources: this.#clocks.map((clock) => clock.save()),
      vitals: this.#vitals.save(),
    }
  }
}

function sourceState(clock: EventClock, within: WindowReadings): SourceState {
  const { modality, feedId } = clock
  const { readings, lastEventTimeMs } = within.ofFeed(modality, feedId)
  return { modality, feedId, state: clock.isIdle ? 'idle' : 'live', readings, lastEventTimeMs }
}

/** A topic that sent nothing since the restart is where it was before. */
function furthest(before: ReadonlyMap<string, number>, now: JoinState['positions']): JoinState['positions'] {
  const positions: JoinState['positions'] = Object.fromEntries(before)
  for (const [topic, offset] of Object.entries(now)) positions[topic] = Math.max(offset, positions[topic] ?? 0)
  return positions
}
