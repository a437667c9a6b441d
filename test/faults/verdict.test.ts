import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Result } from './outputs.ts'
import { recoveriesOf } from './recovery.ts'
import { type Expected } from './undisturbed-run.ts'
import { type Verdict, verdictOf } from './verdict.ts'

interface Came {
  topic: 'predictions' | 'alerts'
  causeMs: number
  afterMs: number
  partition?: number
}

const KILLED_MS = 20_000
const BACK_MS = 30_000

/** What a ward wrote, each so long after its cause, and what the verdict on it is. */
function judged(came: readonly Came[], blowsMs: readonly number[]): { verdict: Verdict; tookMs: number[] } {
  const results = came.map(({ topic, causeMs, afterMs, partition = 0 }, index): Result => ({
    topic,
    id: String(index),
    patientId: `bed-${index}`,
    partition,
    digest: 'same',
    fields: {},
    physiological: topic === 'alerts',
    bedSequence: topic === 'alerts' ? 1 : null,
    window: null,
    appendTimeMs: causeMs + afterMs,
  }))
  const expected = results.map((result, index): Expected => ({
    ...result,
    causeMs: came[index]?.causeMs ?? 0,
    mayBeAbsent: false,
  }))
  const recoveries = recoveriesOf(results, expected, blowsMs)
  return { verdict: verdictOf(results, expected, recoveries), tookMs: recoveries.map(({ tookMs }) => tookMs) }
}

/** Before the blow: windows that took so long. */
function working(afterMs: number): Came[] {
  return [0, 5_000, 10_000].map((causeMs) => ({ topic: 'predictions', causeMs, afterMs }))
}

describe('an alert that had to wait', () => {
  it('is not late when it is what recovery is counted to, on a quiet machine and on a busy one', () => {
    for (const usualMs of [100, 1_400]) {
      const alert: Came = { topic: 'alerts', causeMs: KILLED_MS + 500, afterMs: 2_300 }
      const { verdict, tookMs } = judged([...working(usualMs), alert], [KILLED_MS])
      assert.deepEqual([verdict.late, tookMs], [0, [2_800]])
    }
  })

  it('is late more than 2 s after the first of its partition, and after the last prediction, that had to wait', () => {
    const first: Came = { topic: 'alerts', causeMs: KILLED_MS, afterMs: 3_000 }
    const last: Came = { topic: 'alerts', causeMs: KILLED_MS + 1_000, afterMs: 4_001 }
    const { verdict, tookMs } = judged([...working(100), first, last], [KILLED_MS])
    assert.deepEqual([verdict.late, tookMs], [1, [3_000]])
    const prediction: Came = { topic: 'predictions', causeMs: KILLED_MS, afterMs: 3_001 }
    assert.equal(judged([...working(100), first, last, prediction], [KILLED_MS]).verdict.late, 0)
  })

  it('is late long after the ward has recovered, whatever happened before', () => {
    const waited: Came = { topic: 'predictions', causeMs: KILLED_MS, afterMs: 6_000 }
    const alert: Came = { topic: 'alerts', causeMs: BACK_MS, afterMs: 2_001 }
    const recovered: Came = { topic: 'alerts', causeMs: KILLED_MS, afterMs: 6_000 }
    assert.equal(judged([...working(100), waited, recovered, alert], [KILLED_MS]).verdict.late, 1)
  })

  it('for who comes back is counted from there, and not from the kill', () => {
    const waited: Came = { topic: 'predictions', causeMs: KILLED_MS, afterMs: 6_000 }
    const recovered: Came = { topic: 'alerts', causeMs: KILLED_MS, afterMs: 6_000 }
    const alert: Came = { topic: 'alerts', causeMs: BACK_MS + 100, afterMs: 2_500 }
    const { verdict, tookMs } = judged([...working(100), waited, recovered, alert], [KILLED_MS, BACK_MS])
    assert.deepEqual([verdict.late, tookMs], [0, [6_000, 2_600]])
  })

  it('where nothing else had to wait on a machine as slow as before the blow, is no recovery', () => {
    const slow: Came = { topic: 'predictions', causeMs: KILLED_MS, afterMs: 1_500 }
    assert.deepEqual(judged([...working(800), slow], [KILLED_MS]).tookMs, [0])
    assert.deepEqual(judged([...working(100), slow], [KILLED_MS]).tookMs, [1_500])
  })
})
