import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type JoinState } from '../../src/reading.ts'
import { cases } from '../support/cases.ts'
import { MOST_DIGITS } from '../support/digits.ts'
import { delayedReadings, saidOnce } from './bounded-delay.ts'
import { type Entry, logs, settings } from './generated-log.ts'
import { JoinUnderTest, type JoinSettings, type Told } from './join-under-test.ts'
import { anyPolls, longAfter, slowPolls, toldBy } from './polls.ts'
import { byName, placeOf } from './told-outcome.ts'

const choices = fc.array(fc.nat(MOST_DIGITS), { minLength: 1, maxLength: 12, size: 'max' })

/** All that is told of each patient, in its order, to the last field; dead letters apart. */
function everythingOf(told: readonly Told[]): Map<string, string[]> {
  const everything = new Map<string, string[]>()
  const tell = (of: string, line: string): void => void everything.set(of, [...(everything.get(of) ?? []), line])
  for (const output of told) {
    if (output.kind === 'dead') tell('dead letters', `${placeOf(output.record)} ${output.code}`)
    // Stream time grows within a moment, so a topic that comes first there finds another lateness; the reference has it exactly.
    else if (output.kind === 'late')
      tell(`late ${output.late.patientId}`, JSON.stringify({ ...output.late, latenessMs: 0 }))
    else {
      const { window, closedBy, contentDigest, state } = output.closed
      const sources = byName(window.sources)
      const saved = state === null ? null : inAnyOrder(state)
      const numbers = [window.vitals, window.pcg, window.video].map((records) =>
        records.map(({ sequence }) => sequence),
      )
      const { patientId, startMs, endMs, context } = window
      tell(patientId, JSON.stringify({ startMs, endMs, context, sources, closedBy, contentDigest, numbers, saved }))
    }
  }
  // What one moment sets aside comes in the order of its topics; windows come in the order of time.
  for (const [of, lines] of everything) if (of.startsWith('late ') || of === 'dead letters') lines.sort()
  return new Map([...everything].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** In which order topics and feeds were first heard means nothing. */
function inAnyOrder({ positions, sources, ...state }: JoinState): object {
  const sorted = (entries: readonly unknown[]): string[] => entries.map((entry) => JSON.stringify(entry)).sort()
  return { ...state, positions: sorted(Object.entries(positions)), sources: sorted(sources) }
}

/** What the windows hold, whenever they closed and whoever else was there. */
function contents(entries: readonly Entry[], given: JoinSettings): Map<string, string> {
  const joins = new Map<number, JoinUnderTest>()
  const told: Told[] = []
  for (const { record } of entries) {
    const join = joins.get(record.partition) ?? new JoinUnderTest(given)
    joins.set(record.partition, join)
    told.push(...join.receive(record))
  }
  for (const join of joins.values()) told.push(...join.end(Number.MAX_SAFE_INTEGER))
  const windows = new Map<string, string>()
  for (const output of told) {
    if (output.kind === 'dead') throw new Error(`a dead letter: ${output.code}`)
    // What is late is a copy of what a window has; that nothing is missing there is asserted below.
    if (output.kind === 'late') continue
    const { window, contentDigest } = output.closed
    const { patientId, startMs, endMs, vitals, pcg, video } = window
    const heard = byName(window.sources.filter(({ readings }) => readings > 0)).map(
      ({ modality, feedId, readings, lastEventTimeMs }) => ({ modality, feedId, readings, lastEventTimeMs }),
    )
    const name = `${patientId} ${startMs}`
    assert.ok(!windows.has(name), `${name} closed twice`)
    const counts = [vitals.length, pcg.length, video.length]
    windows.set(name, JSON.stringify({ endMs, counts, contentDigest, heard }))
  }
  return windows
}

describe('the same records of the log', () => {
  it('come to the same, however they are split over polls and interleaved across topics and partitions', () => {
    fc.assert(
      fc.property(logs(), settings, choices, ({ entries }, given, chosen) => {
        const throughMs = longAfter(entries, given)
        const slow = everythingOf(toldBy(slowPolls(entries, throughMs), given))
        assert.deepEqual(everythingOf(toldBy(anyPolls(entries, throughMs, chosen), given)), slow)
      }),
      cases(10_000),
    )
  })

  it('are each in one window, late, a dead letter, a heartbeat or a repeat, and the counts add up', () => {
    fc.assert(
      fc.property(logs(), settings, ({ entries }, given) => {
        const told = toldBy(slowPolls(entries, longAfter(entries, given)), given)
        const aside = new Set<string>()
        const held = new Set<string>()
        for (const output of told) {
          if (output.kind === 'window') {
            const { startMs, endMs, vitals, pcg, video } = output.closed.window
            for (const { feedId, sequence, eventTimeMs, heartbeat } of [...vitals, ...pcg, ...video]) {
              const name = `${feedId} ${sequence}`
              assert.ok(!held.has(name), `${name} is in two windows, or twice in one`)
              assert.ok(!heartbeat && eventTimeMs >= startMs && eventTimeMs < endMs, `${name} does not belong there`)
              held.add(name)
            }
            continue
          }
          const id = output.kind === 'late' ? output.late.id : placeOf(output.record)
          assert.ok(!aside.has(id), `${id} was set aside twice`)
          aside.add(id)
        }
        const counts = { held: 0, aside: 0, heartbeats: 0, repeats: 0, contexts: 0 }
        const placed = new Set<string>()
        for (const entry of entries) {
          if (aside.has(placeOf(entry.record))) counts.aside++
          else if (entry.kind === 'context') counts.contexts++
          else if (entry.kind === 'unreadable') assert.fail(`${entry.code} was taken`)
          else if (entry.heartbeat) counts.heartbeats++
          else {
            const name = `${entry.feedId} ${entry.sequence}`
            assert.ok(held.has(name), `${name} is nowhere`)
            if (placed.has(name)) counts.repeats++
            else counts.held++
            placed.add(name)
          }
        }
        assert.equal(counts.held, held.size)
        assert.equal(counts.aside, aside.size)
        const { held: inWindows, aside: elsewhere, heartbeats, repeats, contexts } = counts
        assert.equal(inWindows + elsewhere + heartbeats + repeats + contexts, entries.length)
      }),
      cases(10_000),
    )
  })

  it('mean the same to a patient, whoever else is in the log: nobody waits for anybody', () => {
    fc.assert(
      fc.property(logs(), settings, ({ entries }, given) => {
        const throughMs = longAfter(entries, given)
        const withoutPositions = (told: readonly Told[]): Map<string, string[]> => {
          const everything = everythingOf(
            told.map((output) =>
              output.kind === 'window' && output.closed.state !== null
                ? { ...output, closed: { ...output.closed, state: { ...output.closed.state, positions: {} } } }
                : output,
            ),
          )
          everything.delete('dead letters')
          return everything
        }
        const together = withoutPositions(toldBy(slowPolls(entries, throughMs), given))
        for (const patientId of new Set(entries.map(({ record }) => record.key))) {
          const own = entries.filter(({ record }) => record.key === patientId)
          const alone = withoutPositions(toldBy(slowPolls(own, throughMs), given))
          for (const of of [patientId, `late ${patientId}`]) assert.deepEqual(alone.get(of), together.get(of))
        }
      }),
      cases(10_000),
    )
  })
})

describe('the same readings, delayed within the grace', () => {
  it('are in the same windows with the same digests, and none is late, repeats and silent feeds included', () => {
    // However soon a feed counts as idle; but a wait that is shorter than the disorder closes windows too early.
    const patient = [
      { sizeMs: 10_000, graceMs: 2_000, sourceIdleMs: 15_000, windowWaitMs: 60_000, futureToleranceMs: 60_000 },
      { sizeMs: 5_000, graceMs: 5_000, sourceIdleMs: 1_000, windowWaitMs: 30_000, futureToleranceMs: 0 },
      { sizeMs: 1_000, graceMs: 0, sourceIdleMs: 1_000, windowWaitMs: 30_000, futureToleranceMs: 0 },
    ]
    const shape = { settings: patient, feeds: 'gaps', inFeedOrder: false } as const
    fc.assert(
      fc.property(delayedReadings(shape), ({ given, inOrder, delayed }) => {
        const windows = contents(delayed, given)
        assert.deepEqual(windows, contents(inOrder, given))
        let readings = 0
        for (const window of windows.values())
          for (const count of (JSON.parse(window) as { counts: number[] }).counts) readings += count
        assert.equal(readings, saidOnce(inOrder).size)
      }),
      cases(10_000),
    )
  })
})
