import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { JoinState } from '../../src/reading.ts'
import { cases } from '../support/cases.ts'
import { Digits, MOST_DIGITS } from '../support/digits.ts'
import { readingOf, recordOf } from '../support/readings.ts'
import { type Entry, logs, SETTINGS, settings } from './generated-log.ts'
import { JoinUnderTest, type JoinSettings, type Told } from './join-under-test.ts'
import { longAfter, wholeThrough } from './polls.ts'
import { placeOf } from './told-outcome.ts'

/** What one batch led to, and what could be committed once it is all in the log. */
interface Step {
  told: readonly Told[]
  committable: Readonly<Record<string, number>>
}

/** What the log holds of one partition's join. */
interface Log {
  /** One value an id, as every reader of the log deduplicates. */
  effects: Map<string, string>
  states: Map<string, JoinState>
  committed: Readonly<Record<string, number>>
}

/** Reads the partition up to `end` (its end: null) from what the log holds, a few records a batch. */
function run(entries: readonly Entry[], end: number | null, log: Log, given: JoinSettings, choice: Digits): Step[] {
  const join = new JoinUnderTest(given, new Map(log.states))
  const batchSize = 1 + choice.below(9)
  // Tables are read from their beginning, whatever was committed.
  const records = entries
    .map(({ record }) => record)
    .filter(({ topic, offset }) => topic === 'patient-context' || offset >= (log.committed[topic] ?? 0))
  const unread = end === null ? 0 : entries.length - end
  const steps: Step[] = []
  for (let at = 0; at < records.length - unread;) {
    const batch = records.slice(at, Math.min(at + batchSize, records.length - unread))
    at += batch.length
    const told = batch.flatMap((record) => join.receive(record))
    told.push(...join.advance(wholeThrough(records, at - 1)))
    steps.push({ told, committable: join.committable })
  }
  if (end === null) steps.push({ told: join.advance(longAfter(entries, given)), committable: join.committable })
  // Time that went by with nothing to read, before the process died.
  else if (end < entries.length && choice.below(3) === 0) {
    const nextMs = entries[end]?.record.appendTimeMs ?? 0
    steps.push({ told: join.advance(nextMs - 1), committable: join.committable })
  }
  return steps
}

/**
 * What of a run is in the log when its process dies: all of its first steps; of the next one some of the results, or all of
 * them and some of the states; and the offsets that some step before it allowed, or none.
 */
function land(steps: readonly Step[], log: Log, choice: Digits): void {
  const whole = choice.below(steps.length + 1)
  for (const { told } of steps.slice(0, whole)) {
    tell(told, log.effects)
    keep(told, log.states)
  }
  const torn = steps[whole]?.told ?? []
  const lasted = choice.below(2 * torn.length + 1)
  tell(torn.slice(0, lasted), log.effects)
  keep(torn.slice(0, Math.max(0, lasted - torn.length)), log.states)
  const committed = steps[choice.below(whole + 1) - 1]
  if (committed !== undefined) log.committed = committed.committable
}

function tell(told: readonly Told[], effects: Map<string, string>): void {
  for (const output of told) {
    const [id, content] = effectOf(output)
    const before = effects.get(id)
    assert.ok(before === undefined || before === content, `${id} was told twice and differently: ${before}, ${content}`)
    effects.set(id, content)
  }
}

function keep(told: readonly Told[], states: Map<string, JoinState>): void {
  for (const output of told)
    if (output.kind === 'window' && output.closed.state !== null)
      states.set(output.closed.window.patientId, output.closed.state)
}

function effectOf(output: Told): [string, string] {
  switch (output.kind) {
    case 'dead':
      return [`dead ${placeOf(output.record)}`, output.code]
    case 'late':
      return [`late ${output.late.id}`, JSON.stringify(output.late)]
    case 'window': {
      const { window, closedBy, contentDigest } = output.closed
      const { patientId, startMs, context, sources, history } = window
      const counts = JSON.stringify(window.readings.counts)
      const seen = `${context?.diagnosis} ${JSON.stringify(sources)} ${history.hours.join(' ')}`
      const told = `${closedBy} ${contentDigest} ${counts} ${seen}`
      return [`window ${patientId} ${startMs}`, told]
    }
  }
}

describe('a join that is restarted', () => {
  it('yields what an undisturbed one yields, wherever it was cut, whatever was written and whatever was committed', () => {
    const cuts = fc.array(fc.nat(MOST_DIGITS), { minLength: 1, maxLength: 4, size: 'max' })
    fc.assert(
      fc.property(logs(50), settings, cuts, ({ entries: all }, given, cutAt) => {
        const entries = all.filter(({ record }) => record.partition === 0)
        const undisturbed: Log = { effects: new Map(), states: new Map(), committed: {} }
        for (const { told } of run(entries, null, undisturbed, given, new Digits(0))) tell(told, undisturbed.effects)

        const disturbed: Log = { effects: new Map(), states: new Map(), committed: {} }
        const choices = cutAt.map((cut) => new Digits(cut))
        const stops = choices.map((choice) => choice.below(entries.length + 1)).sort((a, b) => a - b)
        for (const [index, choice] of choices.entries())
          land(run(entries, stops[index] ?? 0, disturbed, given, choice), disturbed, choice)
        for (const { told } of run(entries, null, disturbed, given, new Digits(0))) tell(told, disturbed.effects)
        assert.deepEqual(new Map([...disturbed.effects].sort()), new Map([...undisturbed.effects].sort()))
      }),
      cases(10_000),
    )
  })

  it('counts a topic anew that was made anew, though its offsets lie before the restored ones', () => {
    const [given] = SETTINGS
    assert.ok(given !== undefined)
    const seconds = (from: number, to: number, firstOffset: number) =>
      Array.from({ length: to - from }, (_, index) => {
        const eventTimeMs = (from + index) * 1_000
        return recordOf(readingOf({ eventTimeMs }), firstOffset + index, eventTimeMs)
      })
    const first = new JoinUnderTest(given)
    const states = new Map<string, JoinState>()
    for (const record of seconds(100, 125, 5_000)) keep(first.receive(record), states)
    assert.deepEqual(
      [...states.values()].map(({ positions }) => positions),
      [{ vitals: 5_023 }],
    )

    const anew = new JoinUnderTest(given, states)
    const told = seconds(130, 155, 0).flatMap((record) => anew.receive(record))
    const closed = told.flatMap((output) => (output.kind === 'window' ? [output.closed] : []))
    assert.deepEqual(
      closed.map(({ window, state }) => [window.startMs, window.readings.counts.vitals, state?.positions]),
      [
        [130_000, 10, { vitals: 13 }],
        [140_000, 10, { vitals: 23 }],
      ],
    )
  })

  it('closes a window that it rebuilt when the wait is over, though the bed says nothing any more', () => {
    // The monitor falls silent at 11 s and is idle from 26 s on; [0,10) waits until 61 s, [10,20) until 71 s.
    const [given] = SETTINGS
    assert.ok(given !== undefined)
    const records = [1_000, 11_000].map((atMs, offset) => recordOf(readingOf({ eventTimeMs: atMs }), offset, atMs))
    const first = new JoinUnderTest(given)
    const told = [...records.flatMap((record) => first.receive(record)), ...first.advance(61_000)]
    const states = new Map<string, JoinState>()
    keep(told, states)
    assert.deepEqual([told.length, first.committable], [1, { vitals: 1 }])

    const second = new JoinUnderTest(given, states)
    const again = [...records.slice(1).flatMap((record) => second.receive(record)), ...second.advance(70_999)]
    assert.deepEqual([again.length, second.openWindows], [0, 1])
    assert.deepEqual([second.advance(71_000).length, second.openWindows], [1, 0])
  })
})
