import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { auroc } from '../../src/tune/auroc.ts'
import { ScoredStays } from './scored-stays.ts'
import { hourUtilities, normalisedUtility } from './sepsis-utility.ts'
import { drawnInterval } from './stay-draws.ts'
import { StayRanking } from './stay-ranking.ts'

test('a draw ranks as the list of its hours does, ties included', () => {
  const random = seededRandom(1)
  const hours = 300
  const scores = Float32Array.from({ length: hours }, () => Math.round(random() * 20) / 20)
  const positive = Array.from({ length: hours }, () => random() < 0.2)
  const stayOfHour = Int32Array.from({ length: hours }, (_, hour) => Math.floor(hour / 10))
  const times = Array.from({ length: 30 }, () => Math.floor(random() * 3))
  const drawn = [...scores.keys()].flatMap((hour) => Array<number>(times[stayOfHour[hour] ?? 0] ?? 0).fill(hour))
  const expected = auroc(
    drawn.map((hour) => positive[hour] ?? false),
    drawn.map((hour) => scores[hour] ?? NaN),
  )
  const { auroc: ranked } = new StayRanking(scores, positive, stayOfHour).of(times)
  assert.ok(Math.abs(ranked - expected) < 1e-12, `${ranked} and ${expected}`)
})

test('average precision is the precision at each positive, on average', () => {
  const ranking = new StayRanking(Float32Array.of(0.9, 0.8, 0.7, 0.6), [true, false, true, false], new Int32Array(4))
  assert.equal(ranking.of([1]).auprc, (1 + 2 / 3) / 2)
})

test('sums by stay give the utility of all hours, and an interval is the same every time', () => {
  const stays = Array.from({ length: 40 }, (_, index) => ({
    record: `r${index}`,
    hours: Array.from({ length: 12 }, () => Float32Array.of(0)),
    labels: Array.from({ length: 12 }, (_, hour) => index < 8 && hour >= 3 + index / 2),
  }))
  const random = seededRandom(2)
  const isAlarm = Uint8Array.from({ length: 480 }, () => Number(random() < 0.3))
  const scores = { probabilities: Float32Array.from(isAlarm, (alarm) => 0.1 + alarm / 2), isAlarm }
  const first = stays.map((_, index) => index * 12)
  const scored = new ScoredStays(stays, first, scores)
  const expected = normalisedUtility(
    stays.flatMap(({ labels }) => hourUtilities(labels)),
    Array.from(isAlarm, (alarm) => alarm === 1),
  )
  assert.ok(Math.abs(scored.utility(scored.once) - expected) < 1e-12)
  assert.equal(scored.septic, 8)
  const interval = (): readonly [number, number] | null => drawnInterval(40, (times) => scored.utility(times), 100)
  assert.deepEqual(interval(), interval())
  const [low, high] = interval() ?? [NaN, NaN]
  assert.ok(low < expected && expected < high)
})
