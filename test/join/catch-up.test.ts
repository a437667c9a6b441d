import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Modality, TOPIC_OF_MODALITY } from '../../src/reading.ts'
import { cases } from '../support/cases.ts'
import { Digits, MOST_DIGITS } from '../support/digits.ts'
import { encodeReading, readingOf } from '../support/readings.ts'
import { Appender, type Entry, partitionOfPatient, SETTINGS, START_MS } from './generated-log.ts'
import { JoinUnderTest, type JoinSettings } from './join-under-test.ts'

const HOUR_MS = 3_600_000
const [DEFAULTS] = SETTINGS
const LIVE = 'p1'
const AWAY = 'p3'
const FEEDS: readonly { modality: Modality; periodMs: number }[] = [
  { modality: 'vitals', periodMs: 5_000 },
  { modality: 'pcg', periodMs: 7_000 },
]

interface Sent {
  patientId: string
  modality: Modality
  eventTimeMs: number
  appendTimeMs: number
}

/** When a window came out, and what was in it. */
interface Came {
  window: string
  digest: string
  /** Append time of the record with which it came; what silence closes comes with the next record. */
  atMs: number
}

/** What a bed's feeds say from `fromMs` to `toMs`. */
function said(patientId: string, fromMs: number, toMs: number, chance: Digits): Sent[] {
  const sent: Sent[] = []
  for (const { modality, periodMs } of FEEDS) {
    const phaseMs = chance.of([0, 1, 700, 2_500, periodMs - 1])
    for (let atMs = fromMs + phaseMs; atMs < toMs; atMs += periodMs)
      sent.push({ patientId, modality, eventTimeMs: atMs, appendTimeMs: atMs })
  }
  return sent.sort((a, b) => a.eventTimeMs - b.eventTimeMs)
}

function logOf(sent: readonly Sent[]): Entry[] {
  const appender = new Appender()
  return [...sent]
    .sort((a, b) => a.appendTimeMs - b.appendTimeMs)
    .map(({ patientId, modality, eventTimeMs, appendTimeMs }): Entry => {
      const feedId = `${patientId}/${modality}`
      const head = { patientId, feedId, modality, sequence: eventTimeMs, eventTimeMs, heartbeat: false }
      const record = appender.append(
        TOPIC_OF_MODALITY[modality],
        patientId,
        encodeReading(readingOf(head)),
        appendTimeMs,
      )
      return { kind: 'reading', ...head, record, pulsePerMin: null }
    })
}

/** The windows of a log by patient, and the late readings of all. */
function come(entries: readonly Entry[], given: JoinSettings): { windows: Map<string, Came[]>; late: number } {
  const join = new JoinUnderTest(given)
  const windows = new Map<string, Came[]>()
  let late = 0
  const take = (told: ReturnType<JoinUnderTest['receive']>, atMs: number): void => {
    for (const output of told) {
      if (output.kind !== 'window') {
        late++
        continue
      }
      const { window, contentDigest, closedBy } = output.closed
      const { patientId, startMs } = window
      const own = windows.get(patientId) ?? []
      own.push({ window: `${startMs} ${closedBy}`, digest: contentDigest, atMs })
      windows.set(patientId, own)
    }
  }
  for (const [index, { record }] of entries.entries()) {
    take(join.receive(record), record.appendTimeMs)
    const nextMs = entries[index + 1]?.record.appendTimeMs
    if (nextMs !== record.appendTimeMs) take(join.advance(record.appendTimeMs), record.appendTimeMs)
  }
  const lastMs = entries.at(-1)?.record.appendTimeMs ?? 0
  take(join.end(lastMs), lastMs)
  return { windows, late }
}

describe('a feed that was away for up to an hour and sends all of it at full speed', () => {
  it('makes no live bed wait or differ, and gets the windows that it would have had', () => {
    assert.ok(DEFAULTS !== undefined)
    const given = DEFAULTS
    assert.equal(partitionOfPatient(AWAY), partitionOfPatient(LIVE), 'both beds are in one join')
    fc.assert(
      fc.property(fc.nat(MOST_DIGITS), (manner) => {
        const digits = new Digits(manner)
        const awayMs = Math.floor(HOUR_MS / (1 + digits.below(12)))
        const backMs = START_MS + awayMs
        const aSecond = 20 + digits.below(2_000)
        const spooled = said(AWAY, START_MS, backMs, digits)
        // Several readings a millisecond when the spool is emptied fast; live readings follow once it is empty.
        const emptied = spooled.map((each, index) => ({
          ...each,
          appendTimeMs: backMs + Math.floor((index * 1_000) / aSecond),
        }))
        const emptyMs = emptied.at(-1)?.appendTimeMs ?? backMs
        const endMs = Math.max(backMs + 60_000, emptyMs + 20_000)
        const live = said(LIVE, backMs - 60_000, endMs, digits)
        const onwards = said(AWAY, backMs, endMs, digits).map((each) => ({
          ...each,
          appendTimeMs: Math.max(each.appendTimeMs, emptyMs),
        }))

        const together = come(logOf([...live, ...emptied, ...onwards]), given)
        const alone = come(logOf(live), given).windows.get(LIVE) ?? []
        const beside = together.windows.get(LIVE) ?? []
        const contents = (windows: readonly Came[]): string[] =>
          windows.map(({ window, digest }) => `${window} ${digest}`)
        assert.deepEqual(contents(beside), contents(alone), 'the live bed has the windows that it has alone')
        for (const [index, { window, atMs }] of beside.entries())
          assert.ok(window.endsWith('end') || atMs <= (alone[index]?.atMs ?? -Infinity), 'and none of them later')

        // Had the feed never been away: each window holds the same, and none of the hour is late.
        const never = come(
          logOf([...spooled, ...onwards.map((each) => ({ ...each, appendTimeMs: each.eventTimeMs }))]),
          given,
        )
        const held = (windows: readonly Came[] = []): string[] => windows.map(({ digest }) => digest)
        assert.deepEqual(held(together.windows.get(AWAY)), held(never.windows.get(AWAY)))
        assert.equal(together.late, 0)
      }),
      cases(100),
    )
  })
})
