import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { JoinState } from '../../src/reading.ts'
import { cases } from '../support/cases.ts'
import { MOST_DIGITS } from '../support/digits.ts'
import { logs, settings } from './generated-log.ts'
import type { Told } from './join-under-test.ts'
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
      const numbers = window.readings.names.map(({ modality, sequence }) => `${modality} ${sequence}`)
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
