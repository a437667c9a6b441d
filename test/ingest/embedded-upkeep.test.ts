import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { type EmbeddedLogOptions, openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import type { Log, LogRecord } from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { Collector } from './collector.ts'

const root = mkdtempSync(join(tmpdir(), 'vigil-upkeep-'))
after(() => rmSync(root, { recursive: true, force: true }))

const START_MS = Date.UTC(2026, 0, 1)
const HOUR_MS = 3_600_000

const open = (clock: ManualClock | SystemClock, changes: Partial<EmbeddedLogOptions> = {}): Promise<Log> =>
  openEmbeddedLog({
    folder: mkdtempSync(join(root, 'log-')),
    partitions: 1,
    clock,
    logger: pino({ level: 'silent' }),
    retentionMs: HOUR_MS,
    retentionBytes: 1_000_000_000,
    syncMs: 200,
    ...changes,
  })

async function valuesOf(log: Log, topic: TopicName): Promise<string[]> {
  const records: LogRecord[] = []
  for await (const record of log.readAll(topic)) records.push(record)
  return records.map(({ value }) => (value === null ? 'null' : value.toString().slice(0, 8)))
}

const UPKEEP_EVERY_MS = 30_000

/** Lets time pass, and then upkeep begin once more and come to its end. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (const stepMs of [ms, UPKEEP_EVERY_MS]) {
    clock.advance(stepMs)
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('upkeep of the embedded log', () => {
  it('writes a committed offset within a second, without an append to take it along', async () => {
    const clock = new ManualClock(START_MS)
    const folder = mkdtempSync(join(root, 'log-'))
    const log = await open(clock, { folder })
    await log.append([{ topic: 'vitals', key: 'a', value: Buffer.from('one') }])
    const collector = new Collector()
    const reading = await log.subscribe({
      group: 'readers',
      topics: ['vitals'],
      delivery: 'arrival',
      from: 'beginning',
      receiver: collector,
      onFailed: assert.fail,
    })
    assert.equal(await reading.commit(0, { vitals: 1 }), 'committed')
    clock.advance(1_000)
    // What a process that dies now would leave.
    const left = mkdtempSync(join(root, 'left-'))
    copyFileSync(join(folder, 'data.mdb'), join(left, 'data.mdb'))
    const after = await open(clock, { folder: left })
    assert.deepEqual(await after.committed('readers', ['vitals']), new Map([[0, { vitals: 1 }]]))
    await after.close()
    await log.close()
  })

  it('forgets what is older than the retention time, and goes on counting', async () => {
    const clock = new ManualClock(START_MS)
    const log = await open(clock)
    await log.append([{ topic: 'vitals', key: 'a', value: Buffer.from('old') }])
    await pass(clock, HOUR_MS / 2)
    await log.append([{ topic: 'vitals', key: 'a', value: Buffer.from('new') }])
    await pass(clock, HOUR_MS / 2 + 60_000)
    assert.deepEqual(await valuesOf(log, 'vitals'), ['new'])
    await pass(clock, HOUR_MS)
    assert.deepEqual(await valuesOf(log, 'vitals'), [])
    assert.deepEqual(await log.endOffsets('vitals'), [2])
    await log.close()
  })

  it('forgets its oldest when it holds too much, across topics', async () => {
    const clock = new ManualClock(START_MS)
    const log = await open(clock, { retentionBytes: 3_000_000 })
    for (let second = 0; second < 10; second++) {
      const topic = second % 2 === 0 ? 'vitals' : 'procedure-video'
      await log.append([{ topic, key: 'a', value: Buffer.alloc(500_000, `${second}`) }])
      clock.advance(2_000)
    }
    await pass(clock, 40_000)
    const left = [...(await valuesOf(log, 'vitals')), ...(await valuesOf(log, 'procedure-video'))]
    assert.deepEqual(left.map((value) => value[0]).sort(), ['5', '6', '7', '8', '9'])
    await log.close()
  })

  it('goes on at the oldest record there is when a commit lies before it, and says how many are missing', async () => {
    const warnings: unknown[] = []
    const logger = pino({ level: 'warn' }, { write: (line) => warnings.push(JSON.parse(line)) })
    const clock = new ManualClock(START_MS)
    const lost: unknown[] = []
    const log = await open(clock, { logger, onGroupLost: (...loss) => lost.push(loss) })
    const early = new Collector()
    const group = {
      group: 'vigil-late',
      topics: ['vitals' as const],
      delivery: 'arrival' as const,
      from: 'beginning' as const,
    }
    for (const value of ['a', 'b', 'c']) await log.append([{ topic: 'vitals', key: 'a', value: Buffer.from(value) }])
    const first = await log.subscribe({ ...group, receiver: early, onFailed: early.onFailed })
    await early.untilCount(3)
    await first.commit(0, { vitals: 1 })
    await first.stop()
    await pass(clock, HOUR_MS + 60_000)
    await log.append([{ topic: 'vitals', key: 'a', value: Buffer.from('d') }])
    const late = new Collector()
    await log.subscribe({ ...group, receiver: late, onFailed: late.onFailed })
    await late.untilCount(1)
    assert.deepEqual(late.seen, ['a=d'])
    const said = warnings.map((line) => (line as { missing?: number }).missing)
    assert.deepEqual(said, [2])
    const nought = ['vigil-late', 'vitals', 0]
    assert.deepEqual(lost, [nought, nought, ['vigil-late', 'vitals', 2]])
    await log.close()
  })

  it('compacts: superseded records go after a while, the newest of a key and young tombstones stay', async () => {
    const clock = new ManualClock(START_MS)
    const log = await open(clock)
    const put = (key: string, value: string | null): Promise<void> =>
      log.append([{ topic: 'alert-state', key, value: value === null ? null : Buffer.from(value) }])
    await put('a', 'a1')
    await put('b', 'b1')
    await put('a', 'a2')
    await put('b', null)
    assert.deepEqual(await valuesOf(log, 'alert-state'), ['a1', 'b1', 'a2', 'null'])
    await pass(clock, 10 * 60_000)
    assert.deepEqual(await valuesOf(log, 'alert-state'), ['a2', 'null'])
    await pass(clock, 25 * HOUR_MS)
    assert.deepEqual(await valuesOf(log, 'alert-state'), ['a2'])
    await put('b', 'b2')
    assert.deepEqual(await valuesOf(log, 'alert-state'), ['a2', 'b2'])
    assert.deepEqual(await log.endOffsets('alert-state'), [5])
    await log.close()
  })

  it('takes an append with a bad record not at all', async () => {
    const log = await open(new SystemClock())
    const good = { topic: 'vitals', key: 'a', value: Buffer.from('good') }
    await assert.rejects(log.append([good, { topic: 'nonsense', key: 'a', value: null }]), RangeError)
    assert.deepEqual(await valuesOf(log, 'vitals'), [])
    await log.close()
  })

  it('gives times that never go back, over a restart with a clock that was set back', async () => {
    const folder = mkdtempSync(join(root, 'log-'))
    const before = await open(new ManualClock(START_MS), { folder })
    await before.append([{ topic: 'vitals', key: 'a', value: Buffer.from('1') }])
    await before.close()
    const log = await open(new ManualClock(START_MS - HOUR_MS), { folder })
    await log.append([{ topic: 'vitals', key: 'a', value: Buffer.from('2') }])
    const times = []
    for await (const { appendTimeMs } of log.readAll('vitals')) times.push(appendTimeMs)
    assert.equal(times[0], START_MS)
    assert.ok((times[1] ?? 0) >= START_MS)
    await log.close()
  })

  it('reads merged on a clock that stands still, again and again', async () => {
    const clock = new ManualClock(START_MS)
    const log = await open(clock)
    const collector = new Collector()
    const topics: TopicName[] = ['heart-audio', 'vitals']
    await log.subscribe({
      group: 'vigil-still',
      topics,
      delivery: 'merged',
      from: 'beginning',
      receiver: collector,
      onFailed: collector.onFailed,
    })
    for (let round = 0; round < 50; round++) {
      await log.append([{ topic: topics[round % 2] ?? 'vitals', key: 'a', value: Buffer.from(String(round)) }])
      await collector.untilCount(round + 1)
    }
    const times = collector.records.map(({ appendTimeMs }) => appendTimeMs)
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    )
    await log.close()
  })

  it('refuses a folder that was made with another number of partitions', async () => {
    const folder = mkdtempSync(join(root, 'log-'))
    await (await open(new SystemClock(), { folder })).close()
    await assert.rejects(open(new SystemClock(), { folder, partitions: 2 }), { code: 'TOPICS_NOT_COPARTITIONED' })
    await (await open(new SystemClock(), { folder })).close()
  })

  it('says in one word when the folder is in use, or cannot be made', async () => {
    const folder = mkdtempSync(join(root, 'log-'))
    const log = await open(new SystemClock(), { folder })
    await assert.rejects(open(new SystemClock(), { folder }), { code: 'LOG_LOCKED' })
    await log.close()
    const file = join(root, 'a-file')
    writeFileSync(file, '')
    await assert.rejects(open(new SystemClock(), { folder: join(file, 'log') }), { code: 'FOLDER_UNWRITABLE' })
  })

  it('says DISK_FULL, keeps what it has, and takes records again when there is room', async (test) => {
    const disk = join(root, 'small-disk')
    mkdirSync(disk)
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk])
    if (mount.status !== 0) return test.skip('a small disk needs the right to mount one')
    try {
      const log = await open(new SystemClock(), { folder: join(disk, 'log') })
      let taken = 0
      const append = (bytes: number): Promise<void> =>
        log.append([{ topic: 'vitals', key: 'a', value: Buffer.alloc(bytes, 'x') }])
      await assert.rejects(
        async () => {
          for (; taken < 100; taken++) await append(200_000)
        },
        { code: 'DISK_FULL' },
      )
      assert.equal((await valuesOf(log, 'vitals')).length, taken)
      spawnSync('mount', ['-o', 'remount,size=16m', disk])
      await append(200_000)
      assert.equal((await valuesOf(log, 'vitals')).length, taken + 1)
      await log.close()
    } finally {
      spawnSync('umount', [disk])
    }
  })
})
