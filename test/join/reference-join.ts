import type { ErrorCode } from '../../src/errors.ts'
import type { SourceState, WindowClosing } from '../../src/reading.ts'
import type { Entry, ReadingEntry } from './generated-log.ts'
import type { JoinSettings } from './join-under-test.ts'
import { byName, type Outcome, type OutcomeWindow, placeOf } from './told-outcome.ts'

const DAY_MS = 86_400_000

type ContextEntry = Extract<Entry, { kind: 'context' }>

/**
 * The join as src/join/README.md defines it, told as plainly as can be: it has the whole log before it, and at every moment
 * at which anything could happen it looks through all of it again. It keeps nothing but what has been decided: which
 * windows are closed, and which readings are late.
 */
export function referenceJoin(log: readonly Entry[], settings: JoinSettings, throughMs: number): Outcome {
  const windows: Record<string, readonly OutcomeWindow[]> = {}
  const late: Record<string, Outcome['late'][string]> = {}
  const dead: Record<string, ErrorCode> = {}
  const readings = new Map<string, ReadingEntry[]>()
  for (const entry of log) {
    const code = refusal(entry, settings)
    if (code !== null) dead[placeOf(entry.record)] = code
    else if (entry.kind === 'reading') readings.set(entry.patientId, [...(readings.get(entry.patientId) ?? []), entry])
  }
  for (const [patientId, own] of readings) {
    const contexts = log.filter((entry) => entry.kind === 'context').filter((entry) => entry.patientId === patientId)
    const decided = patient(patientId, own, contexts, settings, throughMs)
    if (decided.windows.length > 0) windows[patientId] = decided.windows
    if (decided.late.length > 0) late[patientId] = decided.late
  }
  return { windows, late, dead }
}

/** Why an entry is a dead letter; null when it is none. */
function refusal(entry: Entry, { futureToleranceMs }: JoinSettings): ErrorCode | null {
  if (entry.kind === 'unreadable') return entry.code
  if (entry.kind === 'context') return null
  const aheadMs = entry.eventTimeMs - entry.record.appendTimeMs
  if (aheadMs > DAY_MS || aheadMs < -366 * DAY_MS) return 'TIME_IMPLAUSIBLE'
  return aheadMs > futureToleranceMs ? 'TIME_AHEAD' : null
}

function patient(
  patientId: string,
  readings: readonly ReadingEntry[],
  contexts: readonly ContextEntry[],
  settings: JoinSettings,
  throughMs: number,
): { windows: OutcomeWindow[]; late: { id: string; windowStartMs: number; latenessMs: number }[] } {
  const { sizeMs, graceMs, sourceIdleMs, windowWaitMs } = settings
  const startOf = (timeMs: number): number => Math.floor(timeMs / sizeMs) * sizeMs
  /** A clock in the future moves no watermark beyond the time at which the log took the reading. */
  const reachedMs = ({ eventTimeMs, record }: ReadingEntry): number => Math.min(eventTimeMs, record.appendTimeMs)
  const placed: ReadingEntry[] = []
  const windows: OutcomeWindow[] = []
  const late: { id: string; windowStartMs: number; latenessMs: number }[] = []
  let closedThroughMs = -Infinity

  /** What is decided at `atMs` by these readings and contexts of the log. */
  const decide = (atMs: number, known: readonly ReadingEntry[], inForce: readonly ContextEntry[]): void => {
    const sources = new Map<string, ReadingEntry[]>()
    for (const reading of known) sources.set(sourceOf(reading), [...(sources.get(sourceOf(reading)) ?? []), reading])
    const isIdle = (of: readonly ReadingEntry[]): boolean =>
      atMs - Math.max(...of.map(({ record }) => record.appendTimeMs)) >= sourceIdleMs
    const watermarks = [...sources.values()].filter((of) => !isIdle(of)).map((of) => Math.max(...of.map(reachedMs)))
    const passedMs = watermarks.length === 0 ? -Infinity : startOf(Math.min(...watermarks) - graceMs)

    const open = [...new Set(placed.map(({ eventTimeMs }) => startOf(eventTimeMs)))]
      .filter((startMs) => !windows.some((window) => window.startMs === startMs))
      .sort((a, b) => a - b)
    const within = (startMs: number): ReadingEntry[] =>
      placed.filter(({ eventTimeMs }) => startOf(eventTimeMs) === startMs)
    const waitIsOver = (startMs: number): boolean => {
      const openedMs = Math.min(...within(startMs).map(({ record }) => record.appendTimeMs))
      return atMs >= openedMs + windowWaitMs
    }
    // One that waited for too long takes along all that are older.
    const waitedMs = Math.max(-Infinity, ...open.filter(waitIsOver).map((startMs) => startMs + sizeMs))
    for (const startMs of open) {
      const endMs = startMs + sizeMs
      if (endMs > passedMs && endMs > waitedMs) continue
      const closedBy: WindowClosing = endMs <= passedMs ? 'watermark' : 'wait'
      const own = within(startMs)
      windows.push({
        patientId,
        startMs,
        endMs,
        closedAtMs: atMs,
        closedBy,
        ...contentOf(own),
        pulse: pulseByHour([...windows.map(({ startMs: of }) => of), startMs], within),
        diagnosis: diagnosisAt(endMs, inForce),
        sources: byName([...sources.values()].map((of) => sourceState(of, own, isIdle(of)))),
      })
      closedThroughMs = Math.max(closedThroughMs, endMs)
    }
    closedThroughMs = Math.max(closedThroughMs, passedMs)
  }

  const appended = readings.map(({ record }) => record.appendTimeMs)
  const moments = appended.flatMap((atMs) => [atMs, atMs + sourceIdleMs, atMs + windowWaitMs])
  for (const atMs of [...new Set(moments)].filter((ms) => ms <= throughMs).sort((a, b) => a - b)) {
    const before = <E extends Entry>(entries: readonly E[]): E[] =>
      entries.filter(({ record }) => record.appendTimeMs < atMs)
    const through = <E extends Entry>(entries: readonly E[]): E[] =>
      entries.filter(({ record }) => record.appendTimeMs <= atMs)
    // What silence decided is decided before the records that end it; then the moment's records are placed, all of them.
    decide(atMs, before(readings), before(contexts))
    for (const reading of readings.filter(({ record }) => record.appendTimeMs === atMs)) {
      const windowStartMs = startOf(reading.eventTimeMs)
      if (windowStartMs + sizeMs > closedThroughMs) placed.push(reading)
      else {
        const upToHere = readings.slice(0, readings.indexOf(reading) + 1)
        const streamTimeMs = Math.max(...upToHere.map(reachedMs))
        const latenessMs = Math.max(0, streamTimeMs - reading.eventTimeMs)
        late.push({ id: placeOf(reading.record), windowStartMs, latenessMs })
      }
    }
    decide(atMs, through(readings), through(contexts))
  }
  return { windows, late }
}

/**
 * The pulse of the 48 hours that end with the last of these windows: the mean of the windows' medians, rounded to a hundredth, but in the hour
 * of the last window its own median, or, where it has none, the mean so far.
 */
function pulseByHour(
  startsMs: readonly number[],
  within: (startMs: number) => readonly ReadingEntry[],
): (number | null)[] {
  const hourOf = (startMs: number): number => Math.floor(startMs / 3_600_000)
  const lastMs = startsMs.at(-1) ?? NaN
  const now = hourOf(lastMs)
  return Array.from({ length: 48 }, (_, index) => {
    const hour = now - 47 + index
    const medians = startsMs
      .filter((startMs) => hourOf(startMs) === hour)
      .flatMap((startMs) => pulseOf(within(startMs)))
    const [own] = pulseOf(within(lastMs))
    if (hour === now && own !== undefined) return own
    if (medians.length === 0) return null
    const hundredths = medians.reduce((sum, value) => sum + value * 100, 0) / medians.length
    return Math.fround((hour === now ? hundredths : Math.round(hundredths)) / 100)
  })
}

function pulseOf(readings: readonly ReadingEntry[]): number[] {
  const sorted = said(readings)
    .filter(({ modality }) => modality === 'vitals')
    .flatMap(({ pulsePerMin }) => pulsePerMin ?? [])
    .sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? [] : [(low + high) / 2]
}

/** Each reading once and no heartbeats, by event time, then feed, then sequence number. */
function contentOf(readings: readonly ReadingEntry[]): Pick<OutcomeWindow, 'vitals' | 'pcg' | 'video'> {
  const sorted = said(readings).sort(
    (a, b) =>
      a.eventTimeMs - b.eventTimeMs || (a.feedId < b.feedId ? -1 : a.feedId > b.feedId ? 1 : a.sequence - b.sequence),
  )
  const names = (modality: ReadingEntry['modality']): string[] =>
    sorted.filter((reading) => reading.modality === modality).map(({ feedId, sequence }) => `${feedId} ${sequence}`)
  return { vitals: names('vitals'), pcg: names('pcg'), video: names('video') }
}

function said(readings: readonly ReadingEntry[]): ReadingEntry[] {
  const once = new Map<string, ReadingEntry>()
  for (const reading of readings) {
    const name = `${sourceOf(reading)} ${reading.sequence}`
    if (!reading.heartbeat && !once.has(name)) once.set(name, reading)
  }
  return [...once.values()]
}

function sourceState(all: readonly ReadingEntry[], inWindow: readonly ReadingEntry[], idle: boolean): SourceState {
  const [first] = all
  if (first === undefined) throw new Error('a source has said something')
  const own = said(inWindow.filter((reading) => sourceOf(reading) === sourceOf(first)))
  return {
    modality: first.modality,
    feedId: first.feedId,
    state: idle ? 'idle' : 'live',
    readings: own.length,
    lastEventTimeMs: Math.max(0, ...own.map(({ eventTimeMs }) => eventTimeMs)),
  }
}

/** The newest context that is in force by then; of two that begin together, the one that was said last. */
function diagnosisAt(timeMs: number, contexts: readonly ContextEntry[]): string | null {
  const fromMs = ({ context, record }: ContextEntry): number => context?.effectiveTimeMs ?? record.appendTimeMs
  const begun = contexts.filter((entry) => fromMs(entry) <= timeMs)
  const newestMs = Math.max(...begun.map(fromMs))
  return begun.findLast((entry) => fromMs(entry) === newestMs)?.context?.diagnosis ?? null
}

function sourceOf({ modality, feedId }: ReadingEntry): string {
  return `${modality}/${feedId}`
}
