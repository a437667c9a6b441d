import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cases } from '../support/cases.ts'
import { logs, settings } from './generated-log.ts'
import { longAfter, slowPolls, toldBy } from './polls.ts'
import { placeOf } from './told-outcome.ts'

describe('the records of a log', () => {
  it('are each in one window, late, a dead letter, a heartbeat or a repeat, and the counts add up', () => {
    fc.assert(
      fc.property(logs(), settings, ({ entries }, given) => {
        const told = toldBy(slowPolls(entries, longAfter(entries, given)), given)
        const aside = new Set<string>()
        const held = new Set<string>()
        for (const output of told) {
          if (output.kind === 'window') {
            const { startMs, endMs, readings } = output.closed.window
            for (const { feedId, sequence, eventTimeMs } of readings.names) {
              const name = `${feedId} ${sequence}`
              assert.ok(!held.has(name), `${name} is in two windows, or twice in one`)
              assert.ok(eventTimeMs >= startMs && eventTimeMs < endMs, `${name} does not belong there`)
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
})
