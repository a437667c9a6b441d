import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callMurmur, childProbabilities } from './child-murmur.ts'
import { windowsOf } from './heart-sound-scores.ts'

test('a murmur that is loud at one site counts more than its mean over sites, and less than that site alone', () => {
  const loud = [[3, 0, 0]]
  const quiet = [[-3, 0, 3]]
  const present = (recordings: number[][][]): number => childProbabilities(recordings)[0] ?? NaN
  const alone = present([loud])
  const both = present([loud, quiet])
  const mostlyQuiet = present([loud, quiet, quiet])
  assert.ok(alone > both && both > mostlyQuiet && mostlyQuiet > present([quiet]))
  // The mean of log odds, without the loudest site, is even for the two sites.
  assert.ok(both > present([[[0, 0, 0]]]), `${both}`)
  assert.ok(Math.abs(childProbabilities([loud, quiet]).reduce((a, b) => a + b, 0) - 1) < 1e-12)
  // The windows of one site are averaged before anything else.
  assert.deepEqual(
    childProbabilities([
      [
        [4, 0, 0],
        [2, 0, 0],
      ],
    ]),
    childProbabilities([loud]),
  )
})

test('costs move the call from the most probable class to the one that is dear to miss', () => {
  const probabilities = [0.2, 0.1, 0.7]
  assert.equal(callMurmur(probabilities, { present: 1, unknown: 1 }), 'absent')
  assert.equal(callMurmur(probabilities, { present: 5, unknown: 1 }), 'present')
  assert.equal(callMurmur(probabilities, { present: 1, unknown: 8 }), 'unknown')
})

test('a recording is heard in windows of 10 s every 5 s with one at its end; a short one is masked', () => {
  // 0 s          5           10          15       18
  // |-------------------------|
  //              |-------------------------|
  //                      |-------------------------|
  const sound = Float64Array.from({ length: 18_000 }, (_, index) => index)
  const { pcg, mask } = windowsOf(sound)
  assert.deepEqual(pcg.shape, [3, 10_000])
  assert.deepEqual([pcg.data[0], pcg.data[10_000], pcg.data[20_000]], [0, 5_000, 8_000])
  assert.ok(mask.data.every((value) => value === 1))
  const short = windowsOf(sound.subarray(0, 4_000))
  assert.deepEqual(short.pcg.shape, [1, 10_000])
  assert.equal(
    short.mask.data.reduce((a, b) => a + b, 0),
    4_000,
  )
})
