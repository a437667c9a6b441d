import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { Deadline } from '../../src/deadline.ts'
import type { SubscribeOptions, Subscription } from '../../src/ingest/log.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import { MemoryLog } from '../raise/memory-log.ts'
import { readingOf } from '../support/readings.ts'

const START_MS = 1_700_000_000_000
const logger = pino({ level: 'silent' })
const hangs = (): Promise<never> => new Promise(() => undefined)

/** A log whose readers are held up for as long as they let themselves be. */
class HangingLog extends MemoryLog {
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    super(clock, false)
    this.#clock = clock
  }

  override async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const subscription = await super.subscribe(options)
    const most = (): Deadline => Deadline.in(9_000, { clock: this.#clock, logger })
    return { ...subscription, stop: (deadline = most()) => deadline.wait(hangs(), 'the group') }
  }
}

async function joinThatWaits(log: MemoryLog, clock: ManualClock, joinQueueBytes: number): Promise<JoinStage> {
  const config = { ...defaultConfig(), joinQueueBytes }
  const stage = new JoinStage({ log, config, clock, metrics: new Metrics(), logger, conclude: (all) => all.map(hangs) })
  await stage.start()
  return stage
}

async function windowCloses(log: MemoryLog, clock: ManualClock): Promise<boolean> {
  for (let s = 0; s < 30; s++) {
    clock.moveTo(START_MS + s * 1_000)
    log.put(ENCODE.reading(readingOf({ eventTimeMs: clock.nowMs() })))
  }
  return log.deliver(100)
}

describe('a join that stops', () => {
  it('ends within 10 s when its answers, the log and the group all hang', async () => {
    const clock = new ManualClock(START_MS)
    const log = new HangingLog(clock)
    const stage = await joinThatWaits(log, clock, 1e9)
    await windowCloses(log, clock)
    let tookMs: number | null = null
    const beganMs = clock.monotonicMs()
    void stage.stop().then(() => (tookMs = clock.monotonicMs() - beganMs))
    await clock.advanceSettled(20_000, 50)
    assert.ok(tookMs !== null && tookMs <= 10_000, `it took ${tookMs} ms`)
    assert.equal(stage.health().state, 'stopped')
  })

  it('sends a receiver back that waits for room which answers that hang never make', async () => {
    const clock = new ManualClock(START_MS)
    const log = new MemoryLog(clock, false)
    const stage = await joinThatWaits(log, clock, 1)
    let back = false
    const delivering = windowCloses(log, clock).then(() => (back = true))
    await new Promise<void>((resolve) => setImmediate(resolve))
    assert.equal(back, false)
    void stage.stop()
    await delivering
  })
})
