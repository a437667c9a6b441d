import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Result } from './outputs.ts'
import { recoveriesOf } from './recovery.ts'
import type { StrikeTimes } from './strike.ts'
import type { Expected } from './undisturbed-inputs.ts'
import { type Verdict, verdictsOf } from './verdict.ts'

interface Came {
  topic: 'predictions' | 'alerts'
  causeMs: number
  afterMs: number
  partition?: number
}

const KILLED_MS = 20_000
const BACK_MS = 30_000

/** What a ward wrote, each so long after its cause. */
function written(came: readonly Came[]): Result[] {
  return came.map(({ topic, causeMs, afterMs, partition = 0 }, index) => ({
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
}

function expectedOf(came: readonly Came[]): Expected[] {
  return written(came).map((result, index) => ({ ...result, causeMs: came[index]?.causeMs ?? 0, mayBeAbsent: false }))
}

/** What the verdict on a ward with one strike is. */
function judged(came: readonly Came[], blowsMs: readonly number[]): { verdict: Verdict; tookMs: number[] } {
  const [one] = judgedByStrike(written(came), expectedOf(came), [{ liveMs: 0, beganMs: 0, blowsMs }])
  assert.ok(one)
  return one
}

function judgedByStrike(results: readonly Result[], expected: readonly Expected[], strikes: readonly StrikeTimes[]) {
  const recoveries = recoveriesOf(results, expected, strikes)
  return verdictsOf(results, expected, strikes, recoveries).map((verdict, index) => {
    return { verdict, tookMs: (recoveries[index] ?? []).map(({ tookMs }) => tookMs) }
  })
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

  it('is late even if predictions wait again when the ward had lacked nothing for 10 s, and these are told as slow', () => {
    const waited: Came = { topic: 'predictions', causeMs: KILLED_MS, afterMs: 6_000 }
    const hiccup: Came = { topic: 'predictions', causeMs: KILLED_MS + 16_001, afterMs: 3_000 }
    const alert: Came = { topic: 'alerts', causeMs: KILLED_MS + 16_001, afterMs: 3_000 }
    const came = [...working(100), waited, hiccup, alert]
    const { verdict, tookMs } = judged(came, [KILLED_MS])
    assert.deepEqual([verdict.late, tookMs], [1, [6_000]])
    const [[recovery] = []] = recoveriesOf(written(came), expectedOf(came), [
      { liveMs: 0, beganMs: 0, blowsMs: [KILLED_MS] },
    ])
    assert.equal(recovery?.slowAfter, 1)
  })

  it('goes on with the recovery when the next lack begins within 10 s', () => {
    const waited: Came = { topic: 'predictions', causeMs: KILLED_MS, afterMs: 6_000 }
    const again: Came = { topic: 'predictions', causeMs: KILLED_MS + 16_000, afterMs: 3_000 }
    assert.deepEqual(judged([...working(100), waited, again], [KILLED_MS]).tookMs, [19_000])
  })

  it('is recovered from when it is there at last, however long nothing was written', () => {
    const long: Came = { topic: 'predictions', causeMs: KILLED_MS + 1_000, afterMs: 40_000 }
    assert.deepEqual(judged([...working(100), long], [KILLED_MS]).tookMs, [41_000])
  })

  it('where nothing else had to wait on a machine as slow as before the blow, is no recovery', () => {
    const slow: Came = { topic: 'predictions', causeMs: KILLED_MS, afterMs: 1_500 }
    assert.deepEqual(judged([...working(800), slow], [KILLED_MS]).tookMs, [0])
    assert.deepEqual(judged([...working(100), slow], [KILLED_MS]).tookMs, [1_500])
  })
})

describe('strikes one after the other', () => {
  const STRIKES: readonly StrikeTimes[] = [
    { liveMs: 0, beganMs: 15_000, blowsMs: [20_000] },
    { liveMs: 35_000, beganMs: 40_000, blowsMs: [42_000, 50_000] },
    { liveMs: 65_000, beganMs: 70_000, blowsMs: [72_000] },
  ]
  const counts = (verdict: Verdict): Omit<Verdict, 'examples'> => {
    const { expected, missing, doubled, other, copies, late } = verdict
    return { expected, missing, doubled, other, copies, late }
  }
  const CLEAN = { expected: 0, missing: 0, doubled: 0, other: 0, copies: 0, late: 0 }
  const BEFORE: Came = { topic: 'predictions', causeMs: 10_000, afterMs: 100 }
  const FIRST: Came = { topic: 'predictions', causeMs: 39_999, afterMs: 100 }
  const SECOND: Came = { topic: 'alerts', causeMs: 40_000, afterMs: 100 }
  const THIRD: Came = { topic: 'alerts', causeMs: 80_000, afterMs: 100 }
  const ALL = [BEFORE, FIRST, SECOND, THIRD]

  it('have each what has its cause after its beginning, and the first what came before', () => {
    const judgedAll = judgedByStrike(written(ALL), expectedOf(ALL), STRIKES)
    assert.deepEqual(
      judgedAll.map(({ verdict }) => counts(verdict)),
      [2, 1, 1].map((expected) => ({ ...CLEAN, expected })),
    )
  })

  it('lack each what was due in it', () => {
    for (const [lost, strike] of [0, 0, 1, 2].entries()) {
      const results = written(ALL).filter((_, index) => index !== lost)
      const judgedAll = judgedByStrike(results, expectedOf(ALL), STRIKES)
      assert.deepEqual(
        judgedAll.map(({ verdict }) => verdict.missing),
        STRIKES.map((_, index) => (index === strike ? 1 : 0)),
      )
    }
  })

  it('have each what is written in it a second time, with the same content or another, and what is of nothing', () => {
    const [before] = written(ALL)
    assert.ok(before)
    const again = (appendTimeMs: number, more: Partial<Result> = {}): Result => ({ ...before, appendTimeMs, ...more })
    const results = [
      ...written(ALL),
      again(39_000),
      again(45_000, { digest: 'another' }),
      again(90_000, { id: 'of nothing' }),
    ]
    const judgedAll = judgedByStrike(results, expectedOf(ALL), STRIKES)
    assert.deepEqual(
      judgedAll.map(({ verdict: { copies, doubled, other } }) => [copies, doubled, other]),
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    )
  })

  it('have each the numbers of a bed that are left out or given twice in it', () => {
    const numbers: readonly [bedSequence: number, causeMs: number][] = [
      [1, 16_000],
      [3, 41_000],
      [4, 43_000],
      [4, 71_000],
      [5, 73_000],
    ]
    const came = numbers.map(([, causeMs]): Came => ({ topic: 'alerts', causeMs, afterMs: 10 }))
    const results = written(came).map((result, index) => {
      return { ...result, patientId: 'bed', bedSequence: numbers[index]?.[0] ?? 0 }
    })
    const judgedAll = judgedByStrike(results, expectedOf(came), STRIKES)
    assert.deepEqual(
      judgedAll.map(({ verdict }) => verdict.doubled),
      [0, 1, 1],
    )
  })

  it('recover each from its own blows, and are as slow as the ward was before each', () => {
    const came: Came[] = [
      ...working(100),
      { topic: 'predictions', causeMs: 20_000, afterMs: 6_000 },
      // Coming back is over at 35 s: what was slow before that does not make the next strike slow.
      { topic: 'predictions', causeMs: 34_000, afterMs: 1_900 },
      { topic: 'predictions', causeMs: 43_000, afterMs: 1_500 },
      { topic: 'predictions', causeMs: 50_500, afterMs: 2_500 },
      { topic: 'predictions', causeMs: 66_000, afterMs: 900 },
      { topic: 'predictions', causeMs: 73_000, afterMs: 1_700 },
    ]
    const judgedAll = judgedByStrike(written(came), expectedOf(came), STRIKES)
    assert.deepEqual(
      judgedAll.map(({ tookMs }) => tookMs),
      [[15_900], [2_500, 3_000], [0]],
    )
  })

  it('have each its late alerts: an earlier recovery is no excuse', () => {
    const came: Came[] = [
      ...working(100),
      { topic: 'predictions', causeMs: 20_000, afterMs: 12_000 },
      { topic: 'alerts', causeMs: 20_000, afterMs: 12_000 },
      { topic: 'alerts', causeMs: 60_000, afterMs: 2_001, partition: 1 },
      { topic: 'predictions', causeMs: 72_500, afterMs: 2_000 },
      { topic: 'alerts', causeMs: 75_000, afterMs: 2_001, partition: 1 },
      { topic: 'alerts', causeMs: 76_000, afterMs: 4_000, partition: 1 },
    ]
    const judgedAll = judgedByStrike(written(came), expectedOf(came), STRIKES)
    assert.deepEqual(
      judgedAll.map(({ verdict }) => verdict.late),
      [0, 0, 1],
    )
  })
})
