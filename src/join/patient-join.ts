import { createHash } from 'node:crypto'
import { type LogRecord } from '../ingest/log.ts'
import { type TopicName } from '../ingest/topics.ts'
import {
  type JoinState,
  type LateReading,
  type Modality,
  type PatientWindow,
  type Reading,
  type SourceState,
  type WindowClosing,
} from '../reading.ts'
import { ContextTable } from './context-table.ts'
import { EventClock } from './event-clock.ts'
import { lateReading } from './late-readings.ts'
import { contentDigest, type HeldReading, OpenWindow } from './open-window.ts'
import { type TumblingWindows } from './tumbling-windows.ts'
import { earliest } from './watermark.ts'

export interface JoinPolicy {
  windows: TumblingWindows
  /** Append time without a record after which a source is idle. */
  sourceIdleMs: number
  /** Append time since its first reading after which a window closes whoever is missing. */
  windowWaitMs: number
}

/** A window that is final, with the state to go on from when its outcome is in the log. */
export interface ClosedWindow {
  window: PatientWindow
  closedBy: WindowClosing
  contentDigest: string
  state: JoinState
}

type RecordOfModality<M extends Modality> = Extract<Reading, { modality: M }>['record']

export type Placement = { placed: 'window' | 'duplicate' | 'replayed' } | { placed: 'late'; late: LateReading }

/** The windowed join of one patient's three streams. Pure: it knows records, their append times, and no other clock. */
export class PatientJoin {
  readonly patientId: string
  readonly context = new ContextTable()
  readonly #policy: JoinPolicy
  readonly #clocks = new Map<string, EventClock>()
  readonly #open = new Map<number, OpenWindow>()
  /** Where the restored state was taken; what lies before has had its effect on clocks and outputs. */
  readonly #restored: Readonly<Record<string, number>>
  /** Oldest offset of each topic that moved a clock since the last saved state; a late reading is held nowhere else. */
  readonly #unsaved = new Map<TopicName, number>()
  #closedThroughMs: number
  #streamTimeMs = -Infinity

  constructor(patientId: string, policy: JoinPolicy, state: JoinState | null) {
    this.patientId = patientId
    this.#policy = policy
    this.#restored = state?.positions ?? {}
    this.#closedThroughMs = state?.closedThroughMs ?? -Infinity
    for (const progress of state?.sources ?? []) {
      this.#clocks.set(keyOf(progress.modality, progress.feedId), new EventClock(progress, policy.sourceIdleMs))
      this.#streamTimeMs = Math.max(this.#streamTimeMs, progress.watermarkMs)
    }
  }

  /** Puts a reading where it belongs. Windows that this closes are collected by `close`. */
  place(record: LogRecord, reading: Reading): Placement {
    const { eventTimeMs, feedId } = reading.record
    const startMs = this.#policy.windows.startOf(eventTimeMs)
    const closed = this.#policy.windows.endOf(startMs) <= this.#closedThroughMs
    if (record.offset < (this.#restored[record.topic] ?? 0)) {
      if (!closed) this.#hold(record, reading, startMs)
      return { placed: 'replayed' }
    }
    const key = keyOf(reading.modality, feedId)
    let clock = this.#clocks.get(key)
    if (clock === undefined) {
      const { modality } = reading
      const progress = {
        modality,
        feedId,
        watermarkMs: eventTimeMs,
        lastAppendTimeMs: record.appendTimeMs,
        idle: false,
      }
      clock = new EventClock(progress, this.#policy.sourceIdleMs)
      this.#clocks.set(key, clock)
    }
    clock.observe(eventTimeMs, record.appendTimeMs)
    if (!this.#unsaved.has(record.topic)) this.#unsaved.set(record.topic, record.offset)
    this.#streamTimeMs = Math.max(this.#streamTimeMs, eventTimeMs)
    if (closed) return { placed: 'late', late: lateReading(record, reading, startMs, this.#streamTimeMs) }
    return { placed: this.#hold(record, reading, startMs) }
  }

  /** Append time at which silence next changes something here, if nothing comes before. */
  get nextDeadlineMs(): number {
    let deadlineMs = Infinity
    for (const clock of this.#clocks.values()) deadlineMs = Math.min(deadlineMs, clock.idleAtMs)
    for (const window of this.#open.values())
      deadlineMs = Math.min(deadlineMs, window.openedAppendTimeMs + this.#policy.windowWaitMs)
    return deadlineMs
  }

  /** Closes, oldest first, every window that the watermark or the bounded wait has passed at `appendTimeMs`. */
  close(appendTimeMs: number, positions: JoinState['positions']): ClosedWindow[] {
    for (const clock of this.#clocks.values()) clock.advance(appendTimeMs)
    const watermark = earliest([...this.#clocks.values()].map((clock) => clock.watermark))
    const passedMs =
      watermark.kind === 'at'
        ? this.#policy.windows.closedThrough(watermark.timeMs)
        : watermark.kind === 'end'
          ? Infinity
          : -Infinity
    let waitedMs = -Infinity
    for (const window of this.#open.values())
      if (appendTimeMs >= window.openedAppendTimeMs + this.#policy.windowWaitMs)
        waitedMs = Math.max(waitedMs, this.#policy.windows.endOf(window.startMs))

    const closed: ClosedWindow[] = []
    for (const startMs of [...this.#open.keys()].sort((a, b) => a - b)) {
      const endMs = this.#policy.windows.endOf(startMs)
      if (endMs > passedMs && endMs > waitedMs) break
      const closedBy = endMs > passedMs ? 'wait' : watermark.kind === 'end' ? 'end' : 'watermark'
      closed.push(this.#closeWindow(startMs, closedBy, appendTimeMs, positions))
    }
    if (passedMs !== Infinity) this.#closedThroughMs = Math.max(this.#closedThroughMs, passedMs, waitedMs)
    return closed
  }

  /** Every source has ended: what is open closes. */
  end(appendTimeMs: number, positions: JoinState['positions']): ClosedWindow[] {
    for (const clock of this.#clocks.values()) clock.end()
    return this.close(appendTimeMs, positions)
  }

  get openWindows(): number {
    return this.#open.size
  }

  /** The oldest offset of a topic that an open window, or a clock that no saved state knows, still needs. */
  oldestOffset(topic: TopicName): number {
    let oldest = this.#unsaved.get(topic) ?? Infinity
    for (const window of this.#open.values()) oldest = Math.min(oldest, window.oldestOffset(topic))
    return oldest
  }

  #hold(record: LogRecord, reading: Reading, startMs: number): 'window' | 'duplicate' {
    let window = this.#open.get(startMs)
    if (window === undefined) {
      window = new OpenWindow(startMs, record.appendTimeMs)
      this.#open.set(startMs, window)
    }
    const bytesDigest = createHash('sha256')
      .update(record.value ?? '')
      .digest()
    const { topic, offset, appendTimeMs } = record
    return window.add({ reading, topic, offset, appendTimeMs, bytesDigest }) === 'added' ? 'window' : 'duplicate'
  }

  #closeWindow(startMs: number, closedBy: WindowClosing, appendTimeMs: number, positions: JoinState['positions']) {
    const open = this.#open.get(startMs)
    if (open === undefined) throw new Error('only an open window closes')
    this.#open.delete(startMs)
    const endMs = this.#policy.windows.endOf(startMs)
    this.#closedThroughMs = Math.max(this.#closedThroughMs, endMs)
    this.#unsaved.clear()
    const held = open.inOrder()
    const clocks = [...this.#clocks.values()]
    return {
      window: {
        patientId: this.patientId,
        startMs,
        endMs,
        vitals: recordsOf(held, 'vitals'),
        pcg: recordsOf(held, 'pcg'),
        video: recordsOf(held, 'video'),
        context: this.context.asOf(endMs),
        sources: clocks.map((clock) => sourceState(clock, open)),
      },
      closedBy,
      contentDigest: contentDigest(held),
      state: {
        patientId: this.patientId,
        closedThroughMs: this.#closedThroughMs,
        appendTimeMs,
        positions: furthest(this.#restored, positions),
        sources: clocks.map((clock) => clock.progress),
      },
    }
  }
}

function sourceState(clock: EventClock, open: OpenWindow): SourceState {
  const { modality, feedId } = clock
  const { readings, lastEventTimeMs } = open.count(modality, feedId)
  return { modality, feedId, state: clock.watermark.kind === 'idle' ? 'idle' : 'live', readings, lastEventTimeMs }
}

/** Heartbeats keep a source alive; they are no readings of the patient. */
function recordsOf<M extends Modality>(held: readonly HeldReading[], modality: M): RecordOfModality<M>[] {
  const records: RecordOfModality<M>[] = []
  for (const { reading } of held)
    if (reading.modality === modality && !reading.record.heartbeat) records.push(reading.record as RecordOfModality<M>)
  return records
}

/** A topic that sent nothing since the restart is where it was before. */
function furthest(before: JoinState['positions'], now: JoinState['positions']): JoinState['positions'] {
  const positions = { ...before }
  for (const [topic, offset] of Object.entries(now)) positions[topic] = Math.max(offset, positions[topic] ?? 0)
  return positions
}

function keyOf(modality: Reading['modality'], feedId: string): string {
  return `${modality}/${feedId}`
}
