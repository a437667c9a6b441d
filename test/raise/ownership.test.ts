import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import type { SubscribeOptions, Subscription } from '../../src/ingest/log.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import { Metrics } from '../../src/metrics.ts'
import { createRaiseStage } from '../../src/raise/raise-stage.ts'
import type { AlertState } from '../../src/records.ts'
import { START_MS, vitals } from './bedside.ts'
import { MemoryLog } from './memory-log.ts'

/** A log whose group can give the partition to somebody else without a word to us. */
class GroupLog extends MemoryLog {
  answer: 'committed' | 'fenced' | 'away' = 'committed'
  asked = 0

  override async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const subscription = await super.subscribe(options)
    return {
      ...subscription,
      commit: async (partition, positions) => {
        this.asked++
        return this.answer === 'committed' ? subscription.commit(partition, positions) : this.answer
      },
    }
  }
}

async function ward() {
  const clock = new ManualClock(START_MS)
  const log = new GroupLog(clock, false)
  const shared = { log, config: defaultConfig(), clock, metrics: new Metrics(), logger: pino({ level: 'silent' }) }
  const stage = createRaiseStage(shared)
  await stage.start()
  const say = async (atS: number, spo2: number): Promise<boolean> => {
    clock.moveTo(START_MS + atS * 1_000)
    log.put(outbound('vitals', vitals(atS, { spo2 })))
    return log.deliver(10)
  }
  const stateOf = (index: number): AlertState => {
    const record = log.of('alert-state').at(index)
    assert.ok(record)
    const read = readRecord('alert-state', record)
    assert.ok(read.ok)
    return read.record
  }
  return { clock, log, stage, shared, say, stateOf }
}

test('a process that was held still writes nothing once its partition is another’s', async () => {
  const { log, stage, say } = await ward()
  await say(0, 98)
  log.answer = 'fenced'
  assert.ok(await say(90, 70), 'reading goes on: the partition is given up, not the process')
  assert.equal(log.of('alerts').length, 0)
  assert.equal(log.of('alert-state').length, 0)
  assert.ok(await say(91, 70))
  assert.equal(log.of('alerts').length, 0, 'nor later')
  await stage.stop()
})

test('an alert does not follow its state when the state took so long that another may have taken over', async () => {
  const { clock, log, stage, say } = await ward()
  await say(0, 98)
  const append = log.append.bind(log)
  log.append = async (records) => {
    await append(records)
    if (records.some(({ topic }) => topic !== 'alert-state')) return
    clock.advance(60_000)
    log.answer = 'fenced'
  }
  await say(1, 70)
  assert.equal(log.of('alert-state').length, 1)
  assert.equal(log.of('alerts').length, 0, 'the next owner sends it from the outbox, or raises its own')
  await stage.stop()
})

test('a group that cannot be asked is no leave to write', async () => {
  const { log, stage, say } = await ward()
  await say(0, 98)
  log.answer = 'away'
  assert.equal(await say(90, 70), false, 'reading begins again, as after a crash')
  assert.equal(log.of('alert-state').length + log.of('alerts').length, 0)
  await stage.stop()
})

test('while commits succeed, an alert asks nobody', async () => {
  const { log, stage, say } = await ward()
  await say(0, 98)
  const { asked } = log
  await say(1, 70)
  assert.equal(log.of('alerts').length, 1)
  assert.equal(log.asked - asked, 1, 'the commit of every second, and no question beside it')
  await stage.stop()
})

test('the last state of an owner that was overtaken is passed over by the next', async () => {
  const { clock, log, stage, shared, say, stateOf } = await ward()
  await say(0, 98)
  await say(1, 70)
  await say(7, 98)
  const outdated = log.of('alert-state').at(0)
  assert.ok(outdated)
  assert.equal(stateOf(0).bedSequence, 1)
  for (let s = 8; s <= 20; s++) await say(s, 98)
  await stage.stop()
  const before = stateOf(-1)
  assert.equal(before.bedSequence, 2, 'raised and ended')
  log.put({ topic: 'alert-state', key: 'p1', value: outdated.value })

  const next = createRaiseStage(shared)
  await next.start()
  for (let s = 21; s <= 22; s++) {
    clock.moveTo(START_MS + s * 1_000)
    log.put(outbound('vitals', vitals(s, { spo2: 70 })))
    assert.ok(await log.deliver(10))
  }
  await next.stop()
  assert.equal(stateOf(-1).bedSequence, 3)
  assert.equal(new Set(log.of('alerts').map(({ value }) => value?.toString('hex'))).size, 3)
})
