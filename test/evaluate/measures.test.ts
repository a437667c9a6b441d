import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auroc } from '../../src/tune/auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { alarmScore, decisionsOf, meanAccuracy, mortalityScore1 } from './decisions.ts'
import { intervalOf } from './interval.ts'
import { weightedAccuracy } from './murmur-score.ts'
import { hourUtilities, normalisedUtility } from './sepsis-utility.ts'

/** By evaluate_sepsis_score.py: a stay of 22 h whose label begins at hour 8; with a healthy one of 4 h and eight alarms. */
const ALARM = [
  ...[-0.05, -0.05, 0, 0.1667, 0.3333, 0.5, 0.6667, 0.8333, 1, 0.8889, 0.7778, 0.6667, 0.5556, 0.4444, 0.3333],
  ...[0.2222, 0.1111, 0, 0, 0, 0, 0],
]
const SILENCE = [
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, -0.2222, -0.4444, -0.6667, -0.8889, -1.1111, -1.3333],
  ...[-1.5556, -1.7778, -2, 0, 0, 0, 0],
]
const UTILITY = 0.3780952380952381

test('AUROC is the share of pairs in order, ties counted half, and NaN without a class', () => {
  const positive = [true, false, true, false, true]
  // Pairs of a positive and a negative: 0.9 above both; 0.4 above 0.1 and level with 0.4; 0.1 level with 0.1 and below 0.4.
  assert.equal(auroc(positive, [0.9, 0.1, 0.4, 0.4, 0.1]), 4 / 6)
  assert.equal(auroc([true, true], [0, 1]), NaN)
})

test('Brier score and calibration error of a forecast that is right on average but not in either half', () => {
  const happened = [false, false, true, true]
  assert.equal(brierScore(happened, [0.5, 0.5, 0.5, 0.5]), 0.25)
  assert.equal(calibrationError(happened, [0.5, 0.5, 0.5, 0.5], 1), 0)
  assert.ok(Math.abs(calibrationError(happened, [0.4, 0.4, 0.6, 0.6], 2) - 0.4) < 1e-12)
})

test('the challenges weigh their mistakes as they say', () => {
  const decisions = decisionsOf([true, true, true, false, false], [true, true, false, true, false])
  assert.deepEqual(decisions, { truePositives: 2, falsePositives: 1, trueNegatives: 1, falseNegatives: 1 })
  assert.equal(meanAccuracy(decisions), (2 / 3 + 1 / 2) / 2)
  assert.equal(mortalityScore1(decisions), 2 / 3)
  assert.equal(alarmScore(decisions), 3 / (3 + 1 + 5))
  assert.equal(mortalityScore1(decisionsOf([true], [false])), 0)
  assert.equal(weightedAccuracy(['present', 'unknown', 'absent'], ['present', 'absent', 'absent']), 6 / 9)
})

test('the utility of a stay is that of the published script, hour by hour', () => {
  const septic = hourUtilities(Array.from({ length: 22 }, (_, hour) => hour >= 8))
  const rounded = (values: number[]): number[] => values.map((value) => Math.round(value * 1e4) / 1e4 + 0)
  assert.deepEqual(rounded(septic.map(({ alarm }) => alarm)), ALARM)
  assert.deepEqual(rounded(septic.map(({ silence }) => silence)), SILENCE)
  const healthy = hourUtilities([false, false, false, false])
  const alarms = [...septic.map((_, hour) => hour >= 5 && hour < 12), false, true, false, false]
  assert.ok(Math.abs(normalisedUtility([...septic, ...healthy], alarms) - UTILITY) < 1e-12)
  const all = [...septic, ...healthy]
  assert.equal(
    normalisedUtility(
      all,
      all.map(({ best, silence }) => best !== silence),
    ),
    1,
  )
  assert.equal(normalisedUtility(all, []), 0)
})

test('an interval draws patients, not rows, and is the same every time', () => {
  const groups = Array.from({ length: 200 }, (_, index) => `patient-${index % 20}`)
  const values = groups.map((_, index) => (index % 20) / 19)
  const mean = (indices: readonly number[]): number =>
    indices.reduce((sum, index) => sum + (values[index] ?? NaN), 0) / indices.length
  const byPatient = intervalOf(groups, mean)
  const byRow = intervalOf(
    groups.map((_, index) => String(index)),
    mean,
  )
  assert.deepEqual(intervalOf(groups, mean), byPatient)
  // The standard error of 20 uniform patients is 0.068, of 200 rows 0.021; an interval is 3.9 of them wide.
  assert.ok(Math.abs(byPatient.high95 - byPatient.low95 - 3.9 * 0.068) < 0.05)
  assert.ok(Math.abs(byRow.high95 - byRow.low95 - 3.9 * 0.021) < 0.02)
})
