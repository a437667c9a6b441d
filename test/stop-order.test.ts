import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../src/clock.ts'
import { Deadline } from '../src/deadline.ts'
import { stopInOrder, type StopPart } from '../src/stop-order.ts'

const logger = pino({ level: 'silent' })
const hangs = (): Promise<never> => new Promise(() => undefined)

describe('a stop of several parts', () => {
  /** Runs a stop to its end; says how long it took, in which order parts began, and what each was told it had. */
  async function run(steps: readonly { promisedMs: number; parts: readonly StopPart[] }[], withinMs: number) {
    const clock = new ManualClock(1_000)
    const deadline = Deadline.in(withinMs, { clock, logger })
    const told: [string, number][] = []
    const watched = steps.map(({ promisedMs, parts }) => ({
      promisedMs,
      parts: parts.map(({ what, stop }) => ({
        what,
        stop: (own: Deadline) => {
          told.push([what, own.leftMs])
          return stop(own)
        },
      })),
    }))
    let endedMs: number | null = null
    void stopInOrder(watched, deadline, logger).then(() => (endedMs = clock.nowMs() - 1_000))
    for (let turns = 0; endedMs === null && turns < 1_000; turns++) await clock.advanceSettled(10)
    return { endedMs, told, leftBehind: deadline.leftBehind }
  }
  const quick = (what: string): StopPart => ({ what, stop: () => Promise.resolve() })
  const hanging = (what: string): StopPart => ({ what, stop: hangs })

  it('ends in its time when every part hangs, and each has had what it was promised', async () => {
    const steps = ['a', 'b', 'c', 'd'].map((what, index) => ({ promisedMs: 500 * (index + 1), parts: [hanging(what)] }))
    const { endedMs, told, leftBehind } = await run(steps, 6_000)
    assert.ok(endedMs !== null && endedMs <= 6_000 + 10, `it took ${endedMs} ms`)
    assert.deepEqual(
      told.map(([what]) => what),
      ['a', 'b', 'c', 'd'],
    )
    told.forEach(([, leftMs], index) => assert.ok(leftMs >= 500 * (index + 1) - 10, `${told}`))
    assert.deepEqual(leftBehind, ['a', 'b', 'c', 'd'])
  })

  it('lets a part that hangs use the time that others did not need, but none of theirs', async () => {
    const steps = [
      { promisedMs: 1_000, parts: [quick('feed')] },
      { promisedMs: 1_000, parts: [hanging('join')] },
      { promisedMs: 2_000, parts: [quick('log')] },
    ]
    const { endedMs, told, leftBehind } = await run(steps, 9_000)
    assert.equal(told[1]?.[0], 'join')
    assert.ok((told[1]?.[1] ?? 0) >= 6_980, `${told}`)
    assert.ok(endedMs !== null && endedMs >= 7_000 && endedMs <= 7_020, `it took ${endedMs} ms`)
    assert.deepEqual(leftBehind, ['join'])
  })

  it('stops parts of one step side by side, and goes on after one that fails', async () => {
    const steps = [
      { promisedMs: 500, parts: [hanging('raise'), { what: 'store', stop: () => Promise.reject(new Error('full')) }] },
      { promisedMs: 500, parts: [quick('log')] },
    ]
    const { endedMs, told, leftBehind } = await run(steps, 1_000)
    assert.deepEqual(
      told.map(([what]) => what),
      ['raise', 'store', 'log'],
    )
    assert.equal(told[0]?.[1], told[1]?.[1], 'none waits for its neighbour')
    assert.ok(endedMs !== null && endedMs <= 520)
    assert.deepEqual([...leftBehind].sort(), ['raise', 'store'])
  })

  it('takes no longer than its parts when nothing hangs, and leaves nothing behind', async () => {
    const { endedMs, leftBehind } = await run([{ promisedMs: 500, parts: [quick('a'), quick('b')] }], 9_000)
    assert.ok(endedMs !== null && endedMs <= 20)
    assert.deepEqual(leftBehind, [])
  })
})
