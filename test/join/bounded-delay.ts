import fc from 'fast-check'
import { type Modality, TOPIC_OF_MODALITY, type VitalsReading } from '../../src/reading.ts'
import { Digits, MOST_DIGITS } from '../support/digits.ts'
import { encodeReading, readingOf } from '../support/readings.ts'
import type { JoinSettings } from './join-under-test.ts'
import { Appender, type Entry, lineOf, type ReadingEntry, START_MS } from './generated-log.ts'

/** The same readings, appended twice: each at its event time, and delayed within the grace, however that is. */
export interface DelayedReadings {
  given: JoinSettings
  inOrder: readonly ReadingEntry[]
  delayed: readonly ReadingEntry[]
}

/** A reading, and the append times it has in the two logs. */
interface Sent {
  reading: Omit<ReadingEntry, 'record' | 'kind'>
  value: Buffer
  delayedMs: number
}

interface Shape {
  settings: readonly JoinSettings[]
  /** gaps: feeds fall silent, begin late and end early. steady: none does. */
  feeds: 'gaps' | 'steady'
  /** What a feed sends stays in its order, as a connection keeps it. */
  inFeedOrder: boolean
  /** How long the feeds send. */
  lengthMs: number
  /** What a monitor measures for a while. */
  numerics?: (during: Digits) => VitalsReading['numerics']
}

const PATIENTS = ['p1', 'p2']
const FEEDS: readonly { modality: Modality; name: string; periodMs: number }[] = [
  { modality: 'vitals', name: 'monitor', periodMs: 1_000 },
  { modality: 'pcg', name: 'scope', periodMs: 2_000 },
  { modality: 'video', name: 'camera', periodMs: 2_500 },
]
/** For so long a monitor measures the same. */
const COURSE_MS = 9_000

/**
 * Readings of two beds and what delays them. No reading is overtaken by one of its patient that is younger by more than the
 * grace; beyond that they come as they like: steadily, in bursts, or all at once from a spool, some of them twice.
 */
export function delayedReadings(shape: Shape): fc.Arbitrary<DelayedReadings> {
  const digits = fc.array(fc.nat(MOST_DIGITS), { minLength: 12, maxLength: 40, size: 'max' })
  return fc.tuple(fc.nat(MOST_DIGITS), digits).map(([manner, numbers]) => {
    const choice = new Digits(manner)
    const given = choice.of(shape.settings)
    const sent = sendings(shape, given, numbers)
    const [delayed, inOrder] = [delayedLog(sent, choice), orderedLog(sent)]
    const told = (): string =>
      `in order:\n${inOrder.map(lineOf).join('\n')}\ndelayed:\n${delayed.map(lineOf).join('\n')}\n`
    return Object.defineProperty({ given, inOrder, delayed }, fc.toStringMethod, { value: told })
  })
}

function sendings(
  { feeds, inFeedOrder, lengthMs, numerics }: Shape,
  { graceMs }: JoinSettings,
  numbers: readonly number[],
): Sent[] {
  const sent: Sent[] = []
  let used = 0
  const next = (): Digits => new Digits((numbers[used++ % numbers.length] ?? 0) + used * 7_919)
  for (const patientId of PATIENTS) {
    for (const { modality, name, periodMs } of FEEDS) {
      let latestMs = 0
      for (let atMs = 0; atMs < lengthMs; atMs += periodMs) {
        const digits = next()
        const feedId = `${patientId}/${name}`
        const said = { patientId, feedId, modality, sequence: atMs, heartbeat: digits.below(12) === 11 }
        const delayMs = digits.of([
          0,
          0,
          Math.min(1, graceMs),
          Math.floor(graceMs / 2),
          Math.max(0, graceMs - 1),
          graceMs,
        ])
        const eventTimeMs = START_MS + atMs + digits.of([0, 0, 0, periodMs - 1])
        if (feeds === 'gaps' && digits.below(3) > 0) continue
        const course = numbers[Math.floor(atMs / COURSE_MS) % numbers.length] ?? 0
        const measured = modality === 'vitals' ? numerics?.(new Digits(course)) : undefined
        const reading = { ...said, eventTimeMs, pulsePerMin: null }
        const value = encodeReading(
          readingOf({ ...reading, ...(measured === undefined ? {} : { numerics: measured }) }),
        )
        const delayedMs = Math.max(inFeedOrder ? latestMs : 0, eventTimeMs + delayMs)
        latestMs = delayedMs
        sent.push({ reading, value, delayedMs })
        if (digits.below(8) === 7) sent.push({ reading, value, delayedMs })
      }
    }
  }
  return sent
}

function orderedLog(sent: readonly Sent[]): ReadingEntry[] {
  const once = sent.filter(({ reading }, index) => sent[index - 1]?.reading !== reading)
  const sorted = once.sort((a, b) => a.reading.eventTimeMs - b.reading.eventTimeMs)
  return appended(sorted.map((each) => [each, each.reading.eventTimeMs]))
}

/** live: each when its delay is over. bursts: what came within a while at once. spooled: all of it, much later, at full speed. */
function delayedLog(sent: readonly Sent[], manner: Digits): ReadingEntry[] {
  const sorted = [...sent].sort((a, b) => a.delayedMs - b.delayedMs)
  const kind = manner.of(['live', 'bursts', 'spooled'] as const)
  const size = 1 + manner.below(9)
  const burstMs = size * 700
  const appendedAt = (delayedMs: number, index: number): number => {
    if (kind === 'live') return delayedMs + size * 1_000
    if (kind === 'bursts') return Math.ceil(delayedMs / burstMs) * burstMs
    return START_MS + 3_600_000 + Math.floor(index / size)
  }
  return appended(sorted.map((each, index) => [each, appendedAt(each.delayedMs, index)]))
}

function appended(sent: readonly (readonly [Sent, number])[]): ReadingEntry[] {
  const appender = new Appender()
  return sent.map(([{ reading, value }, appendTimeMs]) => {
    const topic = TOPIC_OF_MODALITY[reading.modality]
    return { kind: 'reading', ...reading, record: appender.append(topic, reading.patientId, value, appendTimeMs) }
  })
}

/** The readings of a log that are readings of the patient, each once. */
export function saidOnce(entries: readonly Entry[]): Set<string> {
  const said = new Set<string>()
  for (const entry of entries)
    if (entry.kind === 'reading' && !entry.heartbeat) said.add(`${entry.feedId} ${entry.sequence}`)
  return said
}
