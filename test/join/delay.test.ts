import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cases } from '../support/cases.ts'
import { delayedReadings, saidOnce } from './bounded-delay.ts'
import type { Entry } from './generated-log.ts'
import type { JoinSettings } from './join-under-test.ts'
import { toldToTheEnd } from './polls.ts'
import { byName } from './told-outcome.ts'

/** What the windows hold, whenever they closed and whoever else was there. */
function contents(entries: readonly Entry[], given: JoinSettings): Map<string, string> {
  const windows = new Map<string, string>()
  for (const output of toldToTheEnd(entries, given)) {
    if (output.kind === 'dead') throw new Error(`a dead letter: ${output.code}`)
    // What is late is a copy of what a window has; that nothing is missing there is asserted below.
    if (output.kind === 'late') continue
    const { window, contentDigest } = output.closed
    const { patientId, startMs, endMs } = window
    const heard = byName(window.sources.filter(({ readings }) => readings > 0)).map(
      ({ modality, feedId, readings, lastEventTimeMs }) => ({ modality, feedId, readings, lastEventTimeMs }),
    )
    const name = `${patientId} ${startMs}`
    assert.ok(!windows.has(name), `${name} closed twice`)
    const { counts } = window.readings
    windows.set(name, JSON.stringify({ endMs, counts, contentDigest, heard }))
  }
  return windows
}

describe('the same readings, delayed within the grace', () => {
  it('are in the same windows with the same digests, and none is late, repeats and silent feeds included', () => {
    // However soon a feed counts as idle; but a wait that is shorter than the disorder closes windows too early.
    const patient = [
      { sizeMs: 10_000, graceMs: 2_000, sourceIdleMs: 15_000, windowWaitMs: 60_000, futureToleranceMs: 60_000 },
      { sizeMs: 5_000, graceMs: 5_000, sourceIdleMs: 1_000, windowWaitMs: 30_000, futureToleranceMs: 0 },
      { sizeMs: 1_000, graceMs: 0, sourceIdleMs: 1_000, windowWaitMs: 30_000, futureToleranceMs: 0 },
    ]
    const shape = { settings: patient, feeds: 'gaps', inFeedOrder: false, lengthMs: 26_000 } as const
    fc.assert(
      fc.property(delayedReadings(shape), ({ given, inOrder, delayed }) => {
        const windows = contents(delayed, given)
        assert.deepEqual(windows, contents(inOrder, given))
        let readings = 0
        for (const window of windows.values())
          for (const count of Object.values((JSON.parse(window) as { counts: Record<string, number> }).counts))
            readings += count
        assert.equal(readings, saidOnce(inOrder).size)
      }),
      cases(10_000),
    )
  })
})
