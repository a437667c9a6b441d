import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClockOffset, observeClock, UNKNOWN_CLOCK } from '../../src/acquire/clock-offset.ts'

const TOLERANCE_MS = 2_000
const DELAYS_MS = [20, 45, 31, 70, 22]

interface Heard {
  atS: number
  offsetMs: number
}

/** A message a second; `slowMs` is how far the clock is behind, `queuedMs` how long a message waits on its way. */
function heard(
  toS: number,
  slowMs: (atS: number) => number,
  queuedMs: (atS: number) => number = () => 0,
): { clock: ClockOffset; offsets: Heard[]; moves: Heard[] } {
  let clock = UNKNOWN_CLOCK
  const offsets: Heard[] = []
  const moves: Heard[] = []
  for (let atS = 0; atS < toS; atS++) {
    const trueMs = 1_700_000_000_000 + atS * 1_000
    const receivedMs = trueMs + (DELAYS_MS[atS % DELAYS_MS.length] ?? 0) + queuedMs(atS)
    const { next, moved } = observeClock(clock, trueMs - slowMs(atS), receivedMs, TOLERANCE_MS)
    clock = next
    offsets.push({ atS, offsetMs: clock.offsetMs })
    if (moved) moves.push({ atS, offsetMs: clock.offsetMs })
  }
  return { clock, offsets, moves }
}

test('a clock within the tolerance is left alone', () => {
  for (const slowMs of [0, 1_500, -1_900]) assert.deepEqual(heard(300, () => slowMs).moves, [])
})

test('a gross error is found at the third message of a device, in whole seconds, and then stands still', () => {
  for (const slowMs of [1_447_000, -1_800_000, 1_800_000]) {
    assert.deepEqual(heard(300, () => slowMs).moves, [{ atS: 2, offsetMs: slowMs }])
  }
})

test('a device whose first messages are a backlog is not taken for one with a slow clock', () => {
  // An hour of messages in the first second, then live ones; and one that drains at twice its pace.
  assert.deepEqual(heard(3_700, () => 0, (atS) => (atS < 3_600 ? (3_600 - atS) * 1_000 : 0)).moves, []) // prettier-ignore
  assert.deepEqual(heard(3_700, () => 0, (atS) => (atS < 3_600 ? (3_600 - atS) * 500 : 0)).moves, []) // prettier-ignore
})

test('a leap second, stepped or smeared, moves nothing', () => {
  for (const slowMs of [0, -1_447_000, 1_447_000]) {
    for (const leapMs of [-1_000, 1_000]) {
      const stepped = heard(300, (atS) => slowMs + (atS < 100 ? 0 : leapMs))
      assert.ok(
        stepped.moves.every(({ atS }) => atS < 3),
        JSON.stringify(stepped.moves),
      )
      const smeared = heard(300, (atS) => slowMs + (Math.min(atS, 200) * leapMs) / 200)
      assert.ok(
        smeared.moves.every(({ atS }) => atS < 3),
        JSON.stringify(smeared.moves),
      )
    }
  }
})

test('a clock that goes over to or from summer time by itself is found in seconds', () => {
  const forward = heard(120, (atS) => (atS < 50 ? 0 : -3_600_000))
  assert.deepEqual(forward.moves, [{ atS: 52, offsetMs: -3_600_000 }])
  const back = heard(120, (atS) => (atS < 50 ? 0 : 3_600_000))
  assert.deepEqual(back.moves, [{ atS: 52, offsetMs: 3_600_000 }])
})

test('a clock that is set back half an hour is found within 3 s', () => {
  const { moves } = heard(120, (atS) => (atS < 50 ? 0 : 1_800_000))
  assert.equal(moves.length, 1)
  assert.equal(moves[0]?.offsetMs, 1_800_000)
  assert.ok((moves[0]?.atS ?? Infinity) - 50 <= 3, `${moves[0]?.atS}`)
})

test('a clock that is set forward half an hour is found after three messages', () => {
  const { moves } = heard(120, (atS) => (atS < 50 ? 0 : -1_800_000))
  assert.deepEqual(moves, [{ atS: 52, offsetMs: -1_800_000 }])
})

test('a clock that is put right is left alone again', () => {
  const { clock } = heard(120, (atS) => (atS < 50 ? 1_447_000 : 0))
  assert.equal(clock.offsetMs, 0)
})

test('a pause and the burst after it move nothing', () => {
  // Sent at 40 … 99 s, all of it received at 100 s.
  const queued = (atS: number): number => (atS >= 40 && atS < 100 ? (100 - atS) * 1_000 : 0)
  assert.deepEqual(heard(200, () => 0, queued).moves, [])
  assert.deepEqual(heard(200, () => 1_447_000, queued).moves, [{ atS: 2, offsetMs: 1_447_000 }])
})

test('a queue that drains at twice the pace moves nothing', () => {
  const queued = (atS: number): number => (atS >= 40 && atS < 80 ? (80 - atS) * 500 : 0)
  assert.deepEqual(heard(200, () => 0, queued).moves, [])
})

/** All that was sent in so many seconds comes at their end. */
const inParcels = (lengthS: number) => (atS: number) => (lengthS - 1 - (atS % lengthS)) * 1_000

test('a device that sends in parcels is left alone, and one with a slow clock is found when its eighth parcel comes, or within 60 s', () => {
  for (const lengthS of [2, 3, 6, 10, 120, 900]) {
    assert.deepEqual(heard(lengthS * 20, () => 0, inParcels(lengthS)).moves, [])
    const { moves } = heard(lengthS * 20, () => 1_447_000, inParcels(lengthS))
    assert.deepEqual(
      moves.map(({ offsetMs }) => offsetMs),
      [1_447_000],
    )
    const [found] = moves
    assert.ok(found !== undefined && found.atS <= Math.max(60, lengthS * 7), `${found?.atS}`)
  }
})

/** Two queues that drain at a pace, one before and one after 400 s in which the line stands still; what waited comes at once. */
const twoQueues =
  (pace: number, longS: number) =>
  (atS: number): number => {
    const drain = (fromS: number, toS: number): number =>
      atS >= fromS && atS < toS ? 15_000 - (atS - fromS) * 1_000 * (1 - 1 / pace) : 0
    const pausedS = atS >= 20 + longS && atS < 400 + longS ? 420 + longS - atS : 0
    return Math.max(drain(20, 20 + longS), pausedS * 1_000, drain(400 + longS, 500 + longS))
  }

test('two queues that are equally late before and after a pause are not taken for a slow clock', () => {
  for (const pace of [1.2, 1.5, 2])
    for (const longS of [5, 10, 20]) assert.deepEqual(heard(600, () => 0, twoQueues(pace, longS)).moves, [])
})

test('two queues that drain so slowly that each could be a slow clock for 15 s are taken for one, until messages come quicker', () => {
  // Nothing that was heard says otherwise: as late before as after, and no more than a clock drifts and a line wavers.
  const { clock, moves } = heard(600, () => 0, twoQueues(1.08, 20))
  assert.equal(moves[0]?.offsetMs, 14_000)
  assert.equal(clock.offsetMs, 0)
})

test('a slow clock is found though the line stands still for twenty seconds of every forty', () => {
  const queued = (atS: number): number => (atS % 40 < 20 ? (20 - (atS % 40)) * 1_000 : 0)
  const { moves } = heard(300, (atS) => (atS < 21 ? 0 : 4_000), queued)
  assert.deepEqual(
    moves.map(({ offsetMs }) => offsetMs),
    [4_000],
  )
  assert.ok((moves[0]?.atS ?? Infinity) <= 120, `${moves[0]?.atS}`)
})

test('a single corrupt time moves nothing', () => {
  for (const wrongMs of [-5e12, 5e11]) {
    assert.deepEqual(heard(100, (atS) => (atS === 50 ? wrongMs : 0)).moves, [])
  }
})

test('a drifting clock is followed in moves of more than a second, and is never off by more than the tolerance', () => {
  const slowMs = (atS: number): number => atS * 20
  const { offsets, moves } = heard(600, slowMs)
  assert.ok(moves.length >= 4 && moves.length <= 12, `${moves.length} moves`)
  for (const { atS, offsetMs } of offsets) {
    assert.ok(Math.abs(slowMs(atS) - offsetMs) <= TOLERANCE_MS + 400, `${atS} s: ${slowMs(atS)} and ${offsetMs}`)
  }
})

test('a first message that had waited is corrected by those after it', () => {
  const { clock } = heard(60, () => 0, (atS) => (atS < 9 ? (9 - atS) * 1_000 : 0)) // prettier-ignore
  assert.equal(clock.offsetMs, 0)
})

test('what is kept of a device is small and goes through JSON unchanged', () => {
  const { clock } = heard(600, () => 1_447_000)
  assert.ok(clock.seen.length <= 9 && clock.early.length <= 3, `${clock.seen.length}`)
  const revived = JSON.parse(JSON.stringify(clock)) as ClockOffset
  assert.deepEqual(observeClock(revived, 1e12, 1e12, 2_000), observeClock(clock, 1e12, 1e12, 2_000))
})
