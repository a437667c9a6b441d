import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { SpoolingPublisher } from '../../src/acquire/publisher.ts'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import type { Outbound } from '../../src/reading.ts'
import { temporaryFolder } from './recordings.ts'

const record = (index: number): Outbound => ({ topic: 'vitals', key: 'p', value: Buffer.from(String(index)) })

/** A log that can be away, refuse for another reason, or take a batch and fail to say so. */
class FlakyLog {
  mood: 'there' | 'away' | 'takes-and-fails' | 'full' = 'there'
  readonly taken: number[] = []

  readonly append = (records: readonly Outbound[]): Promise<void> => {
    if (this.mood === 'away') return Promise.reject(new VigilError('LOG_UNAVAILABLE'))
    if (this.mood === 'full') return Promise.reject(new VigilError('DISK_FULL'))
    this.taken.push(...records.map(({ value }) => Number(Buffer.from(value ?? []).toString())))
    return this.mood === 'there' ? Promise.resolve() : Promise.reject(new VigilError('LOG_UNAVAILABLE'))
  }
}

function build(folder = temporaryFolder()) {
  const log = new FlakyLog()
  const clock = new ManualClock()
  const lines: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line) => lines.push((JSON.parse(line) as { msg: string }).msg) })
  let spooled = 0
  const onSpooled = (count: number): void => void (spooled += count)
  const publisher = new SpoolingPublisher({
    refused: (record) => record,
    append: log.append,
    folder,
    clock,
    logger,
    onSpooled,
    retryMs: 1000,
  })
  return { log, clock, lines, publisher, folder, spooled: () => spooled }
}

/** Moves the clock until nothing waits on disk. */
async function settle(clock: ManualClock, publisher: SpoolingPublisher): Promise<void> {
  const real = new SystemClock()
  for (let tries = 0; tries < 2000 && publisher.state().away; tries++) {
    clock.advance(1000)
    await real.sleep(1) // the disk takes real time
  }
  assert.equal(publisher.state().spooled, 0)
}

test('while the log is there records go to it and nothing touches the disk', async () => {
  const { log, publisher, spooled } = build()
  await publisher.open()
  await publisher.publish([record(0), record(1)])
  assert.deepEqual(log.taken, [0, 1])
  assert.equal(spooled(), 0)
  assert.deepEqual(publisher.state(), { spooled: 0, away: false })
  await publisher.close()
})

test('while the log is away records wait on disk, said once, and follow in order when it is back', async () => {
  const { log, clock, lines, publisher, spooled } = build()
  await publisher.open()
  await publisher.publish([record(0)])
  log.mood = 'away'
  for (let index = 1; index < 1200; index++) await publisher.publish([record(index)])
  assert.deepEqual(publisher.state(), { spooled: 1199, away: true })
  const bytes = publisher.spooledBytes
  assert.ok(bytes > 1199 * 20, `${bytes} bytes wait`)
  await clock.advanceSettled(5000, 1000)
  assert.deepEqual(lines, ['the log is away: records go to disk'])
  log.mood = 'there'
  // A record that comes while the spool drains takes its place behind it.
  const last = publisher.publish([record(1200)])
  await settle(clock, publisher)
  await last
  await settle(clock, publisher)
  assert.deepEqual(
    log.taken,
    Array.from({ length: 1201 }, (_, index) => index),
  )
  assert.deepEqual(publisher.state(), { spooled: 0, away: false })
  assert.equal(publisher.spooledBytes, 0)
  assert.equal(lines.at(-1), 'the log has everything that waited on disk')
  assert.ok(spooled() >= 1199)
  await publisher.publish([record(1201)])
  assert.equal(log.taken.at(-1), 1201)
  await publisher.close()
})

test('what waited on disk goes first after a restart', async () => {
  const first = build()
  await first.publisher.open()
  first.log.mood = 'away'
  await first.publisher.publish([record(0), record(1)])
  await first.publisher.close()
  const second = build(first.folder)
  await second.publisher.open()
  const later = second.publisher.publish([record(2)])
  await settle(second.clock, second.publisher)
  await later
  await settle(second.clock, second.publisher)
  assert.deepEqual(second.log.taken, [0, 1, 2])
  await second.publisher.close()
})

test('an append that the log took without saying so is made again: twice is right, never is wrong', async () => {
  const { log, clock, publisher } = build()
  await publisher.open()
  log.mood = 'takes-and-fails'
  await publisher.publish([record(0)])
  log.mood = 'there'
  await settle(clock, publisher)
  assert.deepEqual(log.taken, [0, 0])
  await publisher.close()
})

test('a full log is an error of the caller and not a reason to fill the disk', async () => {
  const { log, publisher } = build()
  await publisher.open()
  log.mood = 'full'
  await assert.rejects(
    publisher.publish([record(0)]),
    (error) => error instanceof VigilError && error.code === 'DISK_FULL',
  )
  assert.equal(publisher.state().spooled, 0)
  log.mood = 'there'
  await publisher.publish([record(1)])
  assert.deepEqual(log.taken, [1])
  await publisher.close()
})

test('drained tells whether all is in the log, and gives up in time', async () => {
  const { log, clock, publisher } = build()
  await publisher.open()
  assert.equal(await publisher.drained(10), true)
  log.mood = 'away'
  await publisher.publish([record(0)])
  const inVain = publisher.drained(3000)
  await clock.advanceSettled(4000, 500)
  assert.equal(await inVain, false)
  log.mood = 'there'
  const inTime = publisher.drained(3000)
  for (let tries = 0; tries < 2000 && publisher.state().spooled > 0; tries++) {
    clock.advance(1)
    await new SystemClock().sleep(1)
  }
  assert.equal(await inTime, true)
  assert.deepEqual(log.taken, [0])
  await publisher.close()
})

test('a record that the log will never take is a dead letter, and holds nothing up that waits behind it', async () => {
  const real = new SystemClock()
  const taken: string[] = []
  let away = true
  const append = (records: readonly Outbound[]): Promise<void> => {
    if (away) return Promise.reject(new VigilError('LOG_UNAVAILABLE'))
    const texts = records.map(({ value }) => Buffer.from(value ?? []).toString())
    taken.push(...texts.filter((text) => text !== '1'))
    return texts.includes('1') ? Promise.reject(new VigilError('RECORD_TOO_LARGE')) : Promise.resolve()
  }
  const refused = ({ key }: Outbound, code: string): Outbound => ({
    topic: 'dead-letter',
    key,
    value: Buffer.from(`letter ${code}`),
  })
  const logger = pino({ level: 'silent' })
  const folder = temporaryFolder()
  const publisher = new SpoolingPublisher({ append, refused, folder, clock: real, logger, retryMs: 10 })
  await publisher.open()
  await publisher.publish([record(0), record(1), record(2)])
  away = false
  assert.ok(await publisher.drained(5_000))
  assert.deepEqual(new Set(taken), new Set(['0', '2', 'letter RECORD_TOO_LARGE']))
  await publisher.close()
})
