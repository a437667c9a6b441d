import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import type { Outbound } from '../../src/reading.ts'
import { Spool } from '../../src/acquire/spool.ts'
import { SystemClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { temporaryFolder } from './recordings.ts'

const logger = pino({ level: 'silent' })
const clock = new SystemClock()
const record = (index: number): Outbound => ({
  topic: 'vitals',
  key: `p${index}`,
  value: Buffer.from(`value ${index}`),
})
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

async function drained(spool: Spool, maxRecords = 7, maxBytes = 1e6): Promise<Outbound[]> {
  const records: Outbound[] = []
  for (
    let batch = await spool.peek(maxRecords, maxBytes);
    batch !== null;
    batch = await spool.peek(maxRecords, maxBytes)
  ) {
    records.push(...batch.records)
    await spool.drop(batch)
  }
  return records
}

test('records come out as they went in, also through another opening and appends between', async () => {
  const folder = temporaryFolder()
  const first = await Spool.open(folder, logger, clock)
  await first.append(numbers(0, 20).map(record))
  const batch = await first.peek(5, 1e6)
  assert.ok(batch !== null)
  await first.drop(batch)
  await first.append([{ topic: 'alerts', key: '', value: null }])
  assert.equal(first.count, 16)
  await first.close()

  const second = await Spool.open(folder, logger, clock)
  assert.equal(second.count, 16)
  await second.append(numbers(20, 22).map(record))
  const rest = await drained(second)
  assert.deepEqual(rest, [
    ...numbers(5, 20).map(record),
    { topic: 'alerts', key: '', value: null },
    ...numbers(20, 22).map(record),
  ])
  assert.equal(second.count, 0)
  await second.append([record(99)])
  assert.deepEqual(await drained(second), [record(99)])
  await second.close()
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.spool')),
    [],
    'drained segments are deleted',
  )
})

test('a batch is bounded by bytes, but one record always goes', async () => {
  const spool = await Spool.open(temporaryFolder(), logger, clock)
  const large = { topic: 'procedure-video', key: 'p', value: Buffer.alloc(5000) }
  await spool.append([large, large, large])
  assert.equal((await spool.peek(10, 100))?.records.length, 1)
  assert.equal((await spool.peek(10, 11_000))?.records.length, 2)
  await spool.close()
})

test('a batch that was not dropped comes again', async () => {
  const folder = temporaryFolder()
  const first = await Spool.open(folder, logger, clock)
  await first.append(numbers(0, 4).map(record))
  await first.peek(2, 1e6)
  await first.close()
  const second = await Spool.open(folder, logger, clock)
  assert.deepEqual(await drained(second), numbers(0, 4).map(record))
  await second.close()
})

test('every record that was called safe survives kill -9, in order, ten times over', async () => {
  const folder = temporaryFolder()
  const writer = fileURLToPath(new URL('./spool-writer.js', import.meta.url))
  for (let round = 0; round < 10; round++) {
    const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    await new Promise<void>((done) => {
      child.stdout.on('data', (bytes: Buffer) => {
        said += bytes.toString()
        // Killed in the middle of whatever it is doing then.
        if (said.split('\n').length > 5 + round) child.kill('SIGKILL')
      })
      child.on('close', () => done())
    })
    const safe = Number(said.trim().split('\n').at(-1))
    const spool = await Spool.open(folder, logger, clock)
    const records = await drained(spool)
    await spool.close()
    assert.ok(records.length >= 2 * (safe + 1), `${records.length} of ${safe + 1} pairs`)
    assert.ok(records.length <= 2 * (safe + 3))
    records.forEach(({ key, value }, index) => {
      if (index % 2 === 1) assert.deepEqual([key, value], [String((index - 1) / 2), null])
      else assert.ok(value !== null && value.length === 3000)
    })
  }
})

test('an entry that was cut is dropped and the next append follows what was complete', async () => {
  const folder = temporaryFolder()
  const first = await Spool.open(folder, logger, clock)
  await first.append(numbers(0, 3).map(record))
  await first.close()
  const segment = join(folder, readdirSync(folder).find((name) => name.endsWith('.spool')) ?? '')
  appendFileSync(segment, readFileSync(segment).subarray(0, 17))
  const second = await Spool.open(folder, logger, clock)
  assert.equal(second.count, 3)
  await second.append([record(3)])
  await second.close()
  const third = await Spool.open(folder, logger, clock)
  assert.deepEqual(await drained(third), numbers(0, 4).map(record))
  await third.close()
})

test('a second process is refused while the first one has the spool, and may take over from a dead one', async () => {
  const folder = temporaryFolder()
  const first = await Spool.open(folder, logger, clock)
  await assert.rejects(
    Spool.open(folder, logger, clock),
    (error) => error instanceof VigilError && error.code === 'LOG_LOCKED',
  )
  await first.close()
  // No process has the largest number there can be.
  writeFileSync(join(folder, 'owner.pid'), '4194303')
  await (await Spool.open(folder, logger, clock)).close()
  // In a container the dead one had our own number.
  writeFileSync(join(folder, 'owner.pid'), `${process.pid} 1`)
  await (await Spool.open(folder, logger, clock)).close()
})

test('a full disk is said, and nothing that was refused comes out later', async () => {
  const folder = temporaryFolder()
  const spool = await Spool.open(folder, logger, clock)
  const segment = join(folder, '000000000002.spool')
  symlinkSync('/dev/full', segment)
  await assert.rejects(spool.append([record(1)]), (error) => error instanceof VigilError && error.code === 'DISK_FULL')
  assert.equal(spool.count, 0)
  assert.equal(await spool.peek(1, 1), null)
  unlinkSync(segment)
  await spool.close()
})

test('a segment that lost its end with the power does not hide what is appended after it', async () => {
  const folder = temporaryFolder()
  const first = await Spool.open(folder, logger, clock)
  await first.append(numbers(0, 10).map(record))
  const batch = await first.peek(9, 1e6)
  assert.ok(batch !== null)
  await first.drop(batch)
  await first.close()
  truncateSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.spool')) ?? ''), 0)
  const second = await Spool.open(folder, logger, clock)
  await second.append([record(10)])
  assert.deepEqual(await drained(second), [record(10)])
  await second.close()
})
