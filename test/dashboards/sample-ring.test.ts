import assert from 'node:assert/strict'
import { test } from 'node:test'
import { int16Of, SampleRing } from '../../dashboards/ward/sample-ring.ts'
import { NO_SAMPLE } from '../../src/reading.ts'

const START_MS = 1_764_000_000_000

function read(ring: SampleRing, startMs: number, count: number): number[] {
  const first = ring.indexAt(startMs)
  return Array.from({ length: count }, (_, index) => ring.at(first + index))
}

function ramp(count: number, from = 0): Int16Array {
  return Int16Array.from({ length: count }, (_, index) => from + index)
}

test('a stretch is found at its event time', () => {
  const ring = new SampleRing(250, 4)
  ring.write(START_MS, ramp(250))
  assert.deepEqual(read(ring, START_MS, 3), [0, 1, 2])
  assert.equal(ring.endTimeMs, START_MS + 1_000)
  assert.equal(ring.at(ring.indexAt(START_MS) - 1), NO_SAMPLE)
  assert.equal(ring.at(ring.indexAt(START_MS) + 250), NO_SAMPLE)
})

test('start times rounded to milliseconds leave no hole between stretches of an odd rate', () => {
  const ring = new SampleRing(62.5, 20)
  for (let second = 0, sent = 0; second < 10; second++) {
    const count = Math.round((second + 1) * 62.5) - sent
    ring.write(START_MS + Math.round((sent / 62.5) * 1_000), ramp(count, sent))
    sent += count
  }
  assert.deepEqual(read(ring, START_MS, 625), [...ramp(625)])
})

test('a hole in the data stays a hole, also where the ring has come round', () => {
  const ring = new SampleRing(100, 2)
  for (let second = 0; second < 5; second++) ring.write(START_MS + second * 1_000, ramp(100, 1))
  ring.write(START_MS + 5_500, ramp(50, 500))
  assert.deepEqual(
    read(ring, START_MS + 5_000, 50),
    Array.from({ length: 50 }, () => NO_SAMPLE),
  )
  assert.deepEqual(read(ring, START_MS + 5_500, 2), [500, 501])
})

test('the ring forgets its oldest and holds no more than its capacity', () => {
  const ring = new SampleRing(100, 2)
  for (let second = 0; second < 5; second++) ring.write(START_MS + second * 1_000, ramp(100, second * 100))
  assert.equal(read(ring, START_MS + 2_990, 1)[0], NO_SAMPLE)
  assert.equal(read(ring, START_MS + 3_000, 1)[0], 300)
})

test('a stretch that comes late fills its own place and moves nothing', () => {
  const ring = new SampleRing(100, 10)
  ring.write(START_MS, ramp(100, 1))
  ring.write(START_MS + 2_000, ramp(100, 201))
  ring.write(START_MS + 1_000, ramp(100, 101))
  assert.deepEqual(read(ring, START_MS, 300), [...ramp(300, 1)])
  assert.equal(ring.endTimeMs, START_MS + 3_000)
})

test('what is older than the ring holds is left out', () => {
  const ring = new SampleRing(100, 2)
  ring.write(START_MS + 60_000, ramp(100, 1))
  ring.write(START_MS, ramp(100, 700))
  assert.deepEqual(ring.range(2), { low: 1, high: 100 })
})

test('the range leaves holes out', () => {
  const ring = new SampleRing(100, 4)
  assert.equal(ring.range(4), null)
  ring.write(START_MS, Int16Array.of(5, NO_SAMPLE, 9))
  assert.deepEqual(ring.range(4), { low: 5, high: 9 })
})

test('bytes become samples wherever they lie', () => {
  const bytes = Uint8Array.of(0, 1, 0, 254, 255)
  assert.deepEqual([...int16Of(bytes.subarray(1))], [1, -2])
  assert.deepEqual([...int16Of(bytes.slice(1).buffer)], [1, -2])
  assert.deepEqual([...int16Of(Uint8Array.of(1, 0, 9))], [1])
})
