import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import pino from 'pino'
import { FairQueue } from '../../src/acquire/fair-queue.ts'
import { SpoolingPublisher } from '../../src/acquire/publisher.ts'
import { SystemClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import type { Outbound } from '../../src/reading.ts'
import { temporaryFolder } from './recordings.ts'

const clock = new SystemClock()
const logger = pino({ level: 'silent' })
const numbered = (key: string, index: number, bytes = 8, topic = 'vitals'): Outbound => {
  const value = Buffer.alloc(bytes)
  value.writeUInt32LE(index)
  return { topic, key, value }
}
const numberOf = ({ value }: Pick<Outbound, 'value'>): number => Buffer.from(value ?? []).readUInt32LE(0)
const counted = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** A log that can be away and that tells the keys of each append. */
class TellingLog {
  away = false
  readonly appends: (readonly Outbound[])[] = []

  readonly append = async (records: readonly Outbound[]): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve))
    if (this.away) throw new VigilError('LOG_UNAVAILABLE')
    this.appends.push(records)
  }

  of(key: string): number[] {
    return this.appends.flat().filter((record) => record.key === key).map(numberOf) // prettier-ignore
  }
}

function publisherOn(append: (records: readonly Outbound[]) => Promise<void>): SpoolingPublisher {
  const publisher = new SpoolingPublisher({
    refused: (record) => record,
    append,
    folder: temporaryFolder(),
    clock,
    logger,
    retryMs: 20,
  })
  after(() => publisher.close())
  return publisher
}

test('lanes take turns, keep their order and lose nothing, however they are taken', () => {
  const sizes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 4, max: 900 })), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 2_000 }), (given, most, mostBytes) => {
      const queue = new FairQueue()
      given.forEach(([key, bytes], index) => void queue.give([numbered(key, index, bytes)]))
      const taken: Outbound[] = []
      let waited = new Map<string, number>()
      while (!queue.isEmpty) {
        const { records } = queue.take(most, mostBytes) ?? { records: [] }
        assert.ok(records.length >= 1 && records.length <= most)
        const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
        assert.ok(records.length === 1 || bytes <= mostBytes)
        taken.push(...records)
        const served = new Set(records.map(({ key }) => key))
        waited = new Map(['a', 'b', 'c', 'd'].map((key) => [key, served.has(key) ? 0 : (waited.get(key) ?? 0) + 1]))
        for (const [key, turns] of waited) {
          const waits = given.some(([each], index) => each === key && !taken.some((one) => numberOf(one) === index))
          if (waits) assert.ok(turns <= 4, `${key} waited ${turns} turns`)
        }
      }
      assert.deepEqual(
        taken.map(numberOf).toSorted((a, b) => a - b),
        counted(given.length),
      )
      for (const key of ['a', 'b', 'c', 'd']) {
        const numbers = taken.filter((record) => record.key === key).map(numberOf)
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        )
      }
    }),
    { endOnFailure: true },
  )
})

test('a bed that hands over an hour at once delays another by the append that is under way', async () => {
  const log = new TellingLog()
  const publisher = publisherOn(log.append)
  await publisher.open()
  const behind = publisher.publish(counted(10_800).map((index) => numbered('behind', index)))
  for (let round = 0; round < 8; round++) {
    const before = log.appends.length
    await publisher.publish([numbered('live', round)])
    assert.ok(log.appends.length - before <= 2, `${log.appends.length - before} appends`)
    assert.ok(log.of('behind').length < 10_800, 'the other is still catching up')
  }
  await behind
  assert.deepEqual(log.of('behind'), counted(10_800))
  assert.deepEqual(log.of('live'), counted(8))
  await publisher.close()
})

test('a batch that is refused fails those who gave it and nobody else', async () => {
  const log = new TellingLog()
  let refuse = true
  const publisher = publisherOn(async (records) => {
    if (refuse && records.some(({ key }) => key === 'bad')) throw new VigilError('DISK_FULL')
    await log.append(records)
  })
  await publisher.open()
  const first = publisher.publish([numbered('good', 0)])
  await assert.rejects(publisher.publish(counted(900).map((index) => numbered('bad', index))), { code: 'DISK_FULL' })
  await first
  refuse = false
  await publisher.publish([numbered('bad', 1_000), numbered('good', 1)])
  assert.deepEqual(log.of('bad'), [1_000])
  assert.deepEqual(log.of('good'), [0, 1])
  await publisher.close()
})

test('the spool empties although a feed catches up meanwhile, and each bed keeps its order', async () => {
  const log = new TellingLog()
  const publisher = publisherOn(log.append)
  await publisher.open()
  log.away = true
  const beds = counted(8).map((bed) => `bed-${bed}`)
  for (let second = 0; second < 600; second += 60)
    await publisher.publish(beds.flatMap((bed) => counted(60).map((index) => numbered(bed, second + index))))
  assert.equal(publisher.state().spooled, 4_800)
  log.away = false
  let emptyAt = -1
  for (let batch = 0; batch < 200; batch++) {
    await publisher.publish(counted(200).map((index) => numbered('behind', batch * 200 + index)))
    if (emptyAt < 0 && publisher.state().spooled === 0) emptyAt = batch
    // As a feed that reads its next records from a socket.
    await clock.sleep(1)
  }
  assert.ok(emptyAt >= 0, 'it never emptied')
  assert.equal(await publisher.drained(5_000), true)
  for (const bed of beds) assert.deepEqual(log.of(bed), counted(600))
  assert.deepEqual(log.of('behind'), counted(40_000))
  await publisher.close()
})

test('live beds go on while one catches up an hour of three streams at full speed', async (t) => {
  const folder = temporaryFolder()
  const log = await openEmbeddedLog({
    folder: join(folder, 'log'),
    partitions: 12,
    clock,
    logger,
    retentionMs: 3_600_000,
    retentionBytes: 4_000_000_000,
    syncMs: 200,
  })
  const publisher = publisherOn((records) => log.append(records))
  await publisher.open()
  let inHandBytes = 0
  let mostInHandBytes = 0
  const publish = async (records: readonly Outbound[]): Promise<void> => {
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
    inHandBytes += bytes
    mostInHandBytes = Math.max(mostInHandBytes, inHandBytes)
    await publisher.publish(records)
    inHandBytes -= bytes
  }
  let over = false
  const latenciesMs: number[] = []
  const live = async (bed: number): Promise<number> => {
    let sent = 0
    await clock.sleep((bed * 137) % 100)
    for (; !over || sent === 0; sent++) {
      const beganMs = clock.monotonicMs()
      await publish([numbered(`bed-${bed}`, sent, 3_000), numbered(`bed-${bed}`, sent, 8_000, 'heart-audio')])
      latenciesMs.push(clock.monotonicMs() - beganMs)
      await clock.sleep(100)
    }
    return sent
  }
  const beds = counted(31)
  const lives = beds.map(live)
  // Ten batches of a feed that reads from its device: about 30 kB a second of three streams, an hour of it.
  const beganMs = clock.monotonicMs()
  for (let second = 0; second < 3_600; second += 15) {
    const records = counted(15).flatMap((index) => [
      numbered('behind', second + index, 3_000),
      numbered('behind', second + index, 8_000, 'heart-audio'),
      numbered('behind', second + index, 20_000, 'procedure-video'),
    ])
    await publish(records)
  }
  const tookMs = clock.monotonicMs() - beganMs
  over = true
  const sent = await Promise.all(lives)
  await publisher.close()

  const taken = new Map<string, number[]>()
  for (const topic of ['vitals', 'heart-audio', 'procedure-video'] as const)
    for await (const record of log.readAll(topic)) {
      const name = `${record.key} ${topic}`
      taken.set(name, [...(taken.get(name) ?? []), numberOf(record)])
    }
  await log.close()
  for (const topic of ['vitals', 'heart-audio', 'procedure-video'])
    assert.deepEqual(taken.get(`behind ${topic}`), counted(3_600))
  for (const bed of beds) assert.deepEqual(taken.get(`bed-${bed} vitals`), counted(sent[bed] ?? 0))

  const sorted = latenciesMs.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  t.diagnostic(
    `an hour in ${(tookMs / 1_000).toFixed(1)} s; append of ${sorted.length} live readings meanwhile: ` +
      `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms; most in hand ${Math.round(mostInHandBytes / 1024)} KiB`,
  )
  assert.ok(at(0.99) < 1_000, `p99 ${at(0.99)} ms`)
  assert.ok(mostInHandBytes < 2 * 1024 * 1024, `${mostInHandBytes} bytes`)
})
