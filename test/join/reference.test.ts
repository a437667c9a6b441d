import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cases } from '../support/cases.ts'
import { CHANGED, logs, settings } from './generated-log.ts'
import { longAfter, slowPolls, toldBy } from './polls.ts'
import { referenceJoin } from './reference-join.ts'
import { outcomeOf } from './told-outcome.ts'

describe('the join and its definition', () => {
  it('come to the same windows, at the same time, and set the same readings aside', () => {
    fc.assert(
      fc.property(logs(), settings, ({ entries }, given) => {
        const throughMs = longAfter(entries, given)
        const told = toldBy(slowPolls(entries, throughMs), given)
        assert.deepEqual(outcomeOf(told), referenceJoin(entries, given, throughMs))
        const contents = new Map<string, string>()
        for (const output of told) {
          if (output.kind !== 'window') continue
          const { contentDigest, window } = output.closed
          const { names, signals, pcg, video } = window.readings
          const vitals = names.flatMap(({ modality, sequence }) => (modality === 'vitals' ? [sequence] : []))
          const values = Array.from(signals.numerics.get('hr')?.values ?? [])
          const said = values.map((value, index) => (value === CHANGED ? vitals[index] : value))
          assert.deepEqual(said, vitals, 'each reading says its own number')
          const content = JSON.stringify([names, [...signals.numerics], [...signals.waveforms], pcg, video])
          assert.equal(contents.get(contentDigest) ?? content, content, 'what differs has another digest')
          contents.set(contentDigest, content)
        }
      }),
      cases(10_000),
    )
  })
})
