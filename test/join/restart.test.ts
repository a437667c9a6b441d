import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type LogRecord } from '../../src/ingest/log.ts'
import { headerOf } from '../../src/ingest/reading-header.ts'
import { type JoinPolicy } from '../../src/join/patient-join.ts'
import { tumblingWindows } from '../../src/join/tumbling-windows.ts'
import { type JoinOutput, WindowedJoin } from '../../src/join/windowed-join.ts'
import { type JoinState, type Reading } from '../../src/reading.ts'
import { headerAt, readingOf, recordOf } from '../support/readings.ts'

const POLICY: JoinPolicy = {
  windows: tumblingWindows({ sizeMs: 10_000, graceMs: 2_000 }),
  sourceIdleMs: 15_000,
  windowWaitMs: 60_000,
}

interface Entry {
  record: LogRecord
  reading: Reading
}

/** Readings with bounded disorder, gaps and repeats, as a log holds them: append time never goes back. */
const logs = fc
  .array(
    fc.record({
      modality: fc.constantFrom('vitals' as const, 'pcg' as const, 'video' as const),
      patientId: fc.constantFrom('p1', 'p2', 'p3'),
      stepMs: fc.constantFrom(0, 100, 400, 1_000, 4_000, 17_000),
      delayMs: fc.constantFrom(0, 300, 1_500, 6_000, 25_000),
      heartbeat: fc.boolean(),
    }),
    { minLength: 1, maxLength: 160 },
  )
  .map((steps) => {
    const offsets = new Map<string, number>()
    let nowMs = 100_000
    return steps.map(({ modality, patientId, stepMs, delayMs, heartbeat }): Entry => {
      nowMs += stepMs
      const reading = readingOf({ modality, patientId, eventTimeMs: nowMs - delayMs, heartbeat })
      const offset = offsets.get(modality) ?? 0
      offsets.set(modality, offset + 1)
      return { record: recordOf(reading, offset, nowMs), reading }
    })
  })

/** What the log would hold of the outputs: one value an id, as every reader of it deduplicates. */
function effects(outputs: JoinOutput[], into = new Map<string, string>()): Map<string, string> {
  for (const output of outputs) {
    const [id, content] =
      output.kind === 'late'
        ? [`late ${output.late.id}`, JSON.stringify({ ...output.late, latenessMs: 0 })]
        : [
            `window ${output.closed.window.patientId} ${output.closed.window.startMs}`,
            `${output.closed.contentDigest} ${output.closed.closedBy} ${JSON.stringify(output.closed.window.sources)}`,
          ]
    const before = into.get(id)
    assert.ok(before === undefined || before === content, `${id} was told twice and differently`)
    into.set(id, content)
  }
  return into
}

/** What comes out while the entries are read; of a whole log also what its last moment closes. */
function run(join: WindowedJoin, entries: readonly Entry[], whole: boolean): JoinOutput[] {
  const outputs = entries.flatMap(({ record, reading }) => join.receive(headerOf(record, reading)))
  if (whole) outputs.push(...join.advance(entries.at(-1)?.record.appendTimeMs ?? 0))
  return outputs
}

describe('a join that is restarted', () => {
  it('yields what an undisturbed one yields, wherever it was cut', () => {
    fc.assert(
      fc.property(
        logs,
        fc.array(fc.nat(200), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (entries, cuts, commits) => {
          const undisturbed = effects(run(new WindowedJoin(POLICY), entries, true))

          const disturbed = new Map<string, string>()
          const states = new Map<string, JoinState>()
          const committed = new Map<string, number>()
          const stops = [...cuts.map((cut) => cut % (entries.length + 1)), entries.length].sort((a, b) => a - b)
          for (const stop of stops) {
            const join = new WindowedJoin(POLICY, new Map(states))
            // What is read again: from the committed offset of each topic, in the order of the log.
            const again = entries
              .slice(0, stop)
              .filter(({ record }) => record.offset >= (committed.get(record.topic) ?? 0))
            const outputs = run(join, again, stop === entries.length)
            effects(outputs, disturbed)
            for (const output of outputs)
              if (output.kind === 'window' && output.closed.state !== null)
                states.set(output.closed.window.patientId, output.closed.state)
            if (commits) for (const [topic, offset] of Object.entries(join.committable)) committed.set(topic, offset)
          }
          assert.deepEqual(new Map([...disturbed].sort()), new Map([...undisturbed].sort()))
        },
      ),
      { numRuns: 300, seed: 7 },
    )
  })

  it('counts a topic anew that was made anew, though its offsets lie before the restored ones', () => {
    const first = new WindowedJoin(POLICY)
    const states = new Map<string, JoinState>()
    const seconds = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => readingOf({ eventTimeMs: (from + index) * 1_000 }))
    for (const [offset, reading] of seconds(100, 125).entries())
      for (const output of first.receive(headerAt(reading, 5_000 + offset, reading.record.eventTimeMs)))
        if (output.kind === 'window' && output.closed.state !== null) states.set('p1', output.closed.state)
    assert.deepEqual(
      [...states.values()].map(({ positions }) => positions),
      [{ vitals: 5_023 }],
    )

    const anew = new WindowedJoin(POLICY, states)
    const outputs = seconds(130, 155).flatMap((reading, offset) =>
      anew.receive(headerAt(reading, offset, reading.record.eventTimeMs)),
    )
    const closed = outputs.flatMap((output) => (output.kind === 'window' ? [output.closed] : []))
    assert.deepEqual(
      closed.map(({ window, state }) => [window.startMs, window.vitals.length, state?.positions]),
      [
        [130_000, 10, { vitals: 13 }],
        [140_000, 10, { vitals: 23 }],
      ],
    )
  })

  it('puts every reading into exactly one window or the late output', () => {
    fc.assert(
      fc.property(logs, (entries) => {
        const join = new WindowedJoin(POLICY)
        const outputs = [...run(join, entries, true), ...join.end(Number.MAX_SAFE_INTEGER)]
        const late = outputs.filter((output) => output.kind === 'late').length
        const identities = new Set(
          entries
            .filter(({ reading }) => !reading.record.heartbeat)
            .map(({ reading: { modality, record } }) => `${modality} ${record.patientId} ${record.sequence}`),
        )
        let placed = 0
        for (const output of outputs) {
          if (output.kind !== 'window') continue
          const { vitals, pcg, video } = output.closed.window
          placed += vitals.length + pcg.length + video.length
        }
        assert.ok(placed <= identities.size, 'no reading is in two windows')
        assert.ok(placed + late >= identities.size, 'no reading is nowhere')
      }),
      { numRuns: 300, seed: 11 },
    )
  })

  it('yields the same windows for any order of append within the grace, repeats included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_900), { minLength: 60, maxLength: 60 }),
        fc.array(fc.nat(59)),
        (delays, repeats) => {
          const base = delays.flatMap((_, second) => [
            { said: { eventTimeMs: second * 1_000, modality: 'vitals' as const }, second },
            { said: { eventTimeMs: second * 1_000 + 7, modality: 'pcg' as const }, second },
          ])
          const arranged = [...base, ...repeats.flatMap((index) => base.slice(index, index + 1))]
            .map((entry, index) => ({
              ...entry,
              arrivesMs: entry.said.eventTimeMs + (delays[(entry.second * 7 + index) % 60] ?? 0),
            }))
            .sort((a, b) => a.arrivesMs - b.arrivesMs)
          const digests = (order: typeof arranged) => {
            const join = new WindowedJoin(POLICY)
            const outputs = order.flatMap(({ said, arrivesMs }, index) => {
              const reading = readingOf(said)
              return join.receive(headerAt(reading, index, arrivesMs))
            })
            outputs.push(...join.end(Number.MAX_SAFE_INTEGER))
            return outputs.map((output) => (output.kind === 'window' ? output.closed.contentDigest : 'late'))
          }
          const inOrder = base.map((entry) => ({ ...entry, arrivesMs: entry.said.eventTimeMs }))
          assert.deepEqual(digests(arranged), digests(inOrder))
        },
      ),
      { numRuns: 100, seed: 13 },
    )
  })
})
