import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, afterEach, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { VigilError } from '../../src/errors.ts'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import type { Log } from '../../src/ingest/log.ts'
import { outbound, tombstone } from '../../src/ingest/outbound.ts'
import { TOPIC_NAMES } from '../../src/ingest/topics.ts'
import { Metrics } from '../../src/metrics.ts'
import type { DeadLetter, Outbound } from '../../src/reading.ts'
import type { Archive, WriteResult } from '../../src/store/archive.ts'
import { openArchive } from '../../src/store/open-archive.ts'
import { createStoreStage, type StoreStage } from '../../src/store/store-stage.ts'
import { type RowBatch, rowCount } from '../../src/store/tables.ts'
import { alert, auditEntry, command, context, deadLetter, frame, late, pcg, prediction, vitals } from './records.ts'

const clock = new SystemClock()
const logger = pino({ level: 'silent' })
const folder = mkdtempSync(join(tmpdir(), 'vigil-store-'))
const config = defaultConfig({ dataDir: folder, storeIntervalMs: 20 })
const PATIENT = 'patient-1'

/** Waits for something another part brings about; a wait that does not end is a failure. */
async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const startedMs = clock.monotonicMs()
  while (!(await holds())) {
    if (clock.monotonicMs() - startedMs > limitMs) assert.fail(`never: ${what}`)
    await clock.sleep(10)
  }
}

/** How many records of the group's topics are committed. */
async function committed(log: Log): Promise<number> {
  const positions = await log.committed('vigil-store', TOPIC_NAMES)
  return [...positions.values()].flatMap((topics) => Object.values(topics)).reduce((sum, offset) => sum + offset, 0)
}

async function deadLetters(log: Log): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = []
  for await (const record of log.readAll('dead-letter')) {
    const decoded = decodeRecord('dead-letter', record.value)
    if (decoded.ok) letters.push(decoded.record)
  }
  return letters
}

describe('the store stage', () => {
  let log: Log
  let real: Archive
  let metrics: Metrics
  let stage: StoreStage | null = null
  let logs = 0
  const nowMs = clock.nowMs() - 60_000

  before(async () => {
    real = await openArchive(config, clock, logger)
  })
  after(async () => {
    await real.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    metrics = new Metrics()
    log = await openEmbeddedLog({
      folder: join(folder, `log-${logs++}`),
      partitions: 3,
      clock,
      logger,
      retentionMs: 3_600_000,
      retentionBytes: 1e9,
      syncMs: 1_000,
    })
  })
  afterEach(async () => {
    await stage?.stop()
    stage = null
    await log.close()
  })

  async function started(open: () => Promise<Archive>, changes: Partial<typeof config> = {}): Promise<StoreStage> {
    stage = createStoreStage({ log, openArchive: open, config: { ...config, ...changes }, clock, metrics, logger })
    await stage.start()
    return stage
  }

  /** The real archive, with `write` seen or replaced; the stage may close it as often as it likes. */
  function archiveThat(write: (batch: RowBatch) => Promise<WriteResult>): Archive {
    return { kind: real.kind, write, query: (sql, params) => real.query(sql, params), close: () => Promise.resolve() }
  }

  const counted = async (table: string, patientId: string): Promise<number> => {
    const [row] = await real.query<{ rows: number }>(
      `select count(*)::int as rows from ${table} where patient_id = $1::text`,
      [patientId],
    )
    return row?.rows ?? 0
  }

  it('stores what is on every topic, and counts it', async () => {
    const records: Outbound[] = [
      outbound('vitals', vitals(PATIENT, nowMs)),
      outbound('heart-audio', pcg(PATIENT, nowMs)),
      outbound('procedure-video', frame(PATIENT, nowMs)),
      outbound('patient-context', context(PATIENT, nowMs)),
      tombstone('patient-context', PATIENT),
      outbound('alert-commands', command(PATIENT, nowMs)),
      outbound('audit', auditEntry(PATIENT, nowMs)),
      outbound('predictions', prediction(PATIENT, nowMs)),
      outbound('alerts', alert(PATIENT, 1, nowMs)),
      outbound('late-readings', late(PATIENT, nowMs)),
      outbound('dead-letter', deadLetter('letter-1', nowMs)),
    ]
    await started(() => Promise.resolve(archiveThat((batch) => real.write(batch))))
    await log.append(records)
    await until('all is committed', async () => (await committed(log)) === records.length)
    const tables = [
      'numerics',
      'waveform_stretches',
      'heart_sounds',
      'frames',
      'contexts',
      'audit',
      'windows',
      'predictions',
    ]
    const rows = await Promise.all([...tables, 'alerts', 'late_readings'].map((table) => counted(table, PATIENT)))
    assert.deepEqual(rows, [2, 1, 1, 1, 2, 2, 1, 1, 1, 1])
    assert.match(await metrics.render(), /vigil_rows_stored_total\{table="numerics"\} 2/)
    assert.match(await metrics.render(), /vigil_rows_stored_total\{table="dead_letters"\} 1/)
    assert.equal(stage?.health().state, 'running')
  })

  it('leaves nothing of a heartbeat, and goes past it', async () => {
    await started(() => Promise.resolve(archiveThat((batch) => real.write(batch))))
    await log.append([
      outbound('procedure-video', { ...frame('heartbeat', nowMs), heartbeat: true, jpeg: Buffer.alloc(0) }),
    ])
    await until('it is committed', async () => (await committed(log)) === 1)
    assert.equal(await counted('frames', 'heartbeat'), 0)
  })

  it('commits an offset only after its rows', async () => {
    let release = (): void => undefined
    const written = new Promise<void>((resolve) => {
      release = resolve
    })
    let asked = 0
    await started(() =>
      Promise.resolve(
        archiveThat(async (batch) => {
          asked++
          await written
          return real.write(batch)
        }),
      ),
    )
    await log.append([outbound('vitals', vitals('after', nowMs))])
    await until('the batch is on its way', () => asked === 1)
    assert.equal(await committed(log), 0)
    release()
    await until('it is committed', async () => (await committed(log)) === 1)
    assert.equal(await counted('numerics', 'after'), 2)
  })

  it('starts at once without a database, says so, holds back the log, and catches up when it is there', async () => {
    let away = true
    const open = (): Promise<Archive> =>
      away
        ? Promise.reject(new VigilError('DATABASE_UNAVAILABLE'))
        : Promise.resolve(archiveThat((batch) => real.write(batch)))
    const startedMs = clock.monotonicMs()
    const running = await started(open, { storeBatchRows: 10 })
    assert.ok(clock.monotonicMs() - startedMs < 2_000)
    assert.equal(running.archive(), null)
    const records = Array.from({ length: 200 }, (_, index) => outbound('vitals', vitals('away', nowMs - index * 1_000)))
    await log.append(records)
    await until('it is degraded', () => running.health().state === 'degraded')
    assert.match(running.health().detail, /cannot be reached.*catches up/)
    await until('the gauge shows it', async () => /vigil_archive_behind_ms [1-9]/.test(await metrics.render()))
    assert.equal(await committed(log), 0)
    away = false
    await until('all is committed', async () => (await committed(log)) === records.length)
    assert.equal(await counted('numerics', 'away'), 400)
    await until('it runs', () => running.health().state === 'running')
    await until('the gauge falls', async () => /vigil_archive_behind_ms 0/.test(await metrics.render()))
  })

  it('opens the archive anew when it is lost in the middle of a batch, and loses nothing', async () => {
    let opened = 0
    const open = async (): Promise<Archive> => {
      const first = opened++ === 0
      return archiveThat((batch) => {
        if (first) return Promise.reject(new VigilError('DATABASE_UNAVAILABLE'))
        return real.write(batch)
      })
    }
    await started(open)
    await log.append([outbound('vitals', vitals('lost', nowMs))])
    await until('it is committed', async () => (await committed(log)) === 1)
    assert.equal(opened, 2)
    assert.equal(await counted('numerics', 'lost'), 2)
  })

  it('says that it failed when no second try helps', async () => {
    const running = await started(() => Promise.reject(new VigilError('DATABASE_UNPROVEN', 'its rows do not count up')))
    await until('it failed', () => running.health().state === 'failed')
    assert.match(running.health().detail, /DATABASE_UNPROVEN/)
  })

  it('sends a record the database refuses to dead-letter, and stores the others', async () => {
    let batches = 0
    await started(() =>
      Promise.resolve(
        archiveThat((batch) => {
          batches++
          return real.write(batch)
        }),
      ),
    )
    const records = Array.from({ length: 9 }, (_, index) =>
      outbound('vitals', vitals('refused', nowMs - index * 1_000)),
    )
    const broken = outbound('vitals', vitals('refused', nowMs - 60_000, { feedId: 'nul\u0000' }))
    await log.append([...records.slice(0, 4), broken, ...records.slice(4)])
    // The letter is a record too, and is stored in its turn.
    await until('all is committed', async () => (await committed(log)) === records.length + 2)
    assert.equal(await counted('numerics', 'refused'), 18)
    const [letter] = await deadLetters(log)
    assert.deepEqual([letter?.code, letter?.detail, letter?.detectedBy], ['ROW_REFUSED', 'SQLSTATE 22021', 'store'])
    assert.ok(letter?.value?.equals(Buffer.from(broken.value ?? [])))
    assert.match(await metrics.render(), /vigil_dead_letters_total\{code="ROW_REFUSED"\} 1/)
    // Halving: a few batches, not one for each record of the log.
    assert.ok(batches <= 11, `${batches}`)
    const kept = await real.query('select code from dead_letters where id = $1::text', [letter?.id ?? ''])
    assert.deepEqual(kept, [{ code: 'ROW_REFUSED' }])
  })

  it('sends what it cannot read to dead-letter only where no stage before it does', async () => {
    await started(() => Promise.resolve(archiveThat((batch) => real.write(batch))))
    const garbage = Buffer.from('garbage')
    const topics = [
      'vitals',
      'predictions',
      'alert-commands',
      'patient-context',
      'alerts',
      'late-readings',
      'dead-letter',
    ]
    await log.append(topics.map((topic) => ({ topic, key: 'garbage', value: garbage })))
    await until('all is committed', async () => (await committed(log)) === topics.length + 3)
    const letters = await deadLetters(log)
    assert.deepEqual(letters.map(({ topic, code }) => `${topic} ${code}`).sort(), [
      'alerts RECORD_NOT_FRAMED',
      'dead-letter RECORD_NOT_FRAMED',
      'late-readings RECORD_NOT_FRAMED',
    ])
  })

  it('keeps a time of 1970 and one of 2099 out of the tables', async () => {
    await started(() => Promise.resolve(archiveThat((batch) => real.write(batch))))
    await log.append([
      outbound('vitals', vitals('times', 0)),
      outbound('vitals', vitals('times', Date.UTC(2099, 0, 1))),
      outbound('vitals', vitals('times', nowMs)),
    ])
    await until('all is committed', async () => (await committed(log)) === 3)
    assert.equal(await counted('numerics', 'times'), 2)
  })

  it('goes on after a restart where it stopped', async () => {
    const batches: number[] = []
    const open = (): Promise<Archive> =>
      Promise.resolve(
        archiveThat((batch) => {
          batches.push(rowCount(batch))
          return real.write(batch)
        }),
      )
    await started(open)
    await log.append([outbound('heart-audio', pcg('restart', nowMs))])
    await until('it is committed', async () => (await committed(log)) === 1)
    await stage?.stop()
    assert.equal(stage?.health().state, 'stopped')
    await log.append([outbound('heart-audio', pcg('restart', nowMs + 1_000))])
    await started(open)
    await until('the rest is committed', async () => (await committed(log)) === 2)
    assert.deepEqual(batches, [1, 1])
  })

  it('stops at once while the archive opens for the first time, and opens it the next time', async () => {
    const fresh = defaultConfig({ ...config, dataDir: join(folder, 'fresh') })
    const open = (signal: AbortSignal): Promise<Archive> => openArchive(fresh, clock, logger, signal)
    const stopped = createStoreStage({ log, openArchive: open, config, clock, metrics, logger })
    await stopped.start()
    assert.equal(stopped.health().state, 'starting')
    await until('the first initialisation is on its way', () =>
      existsSync(join(fresh.dataDir, 'archive/database.init')),
    )
    const startedMs = clock.monotonicMs()
    await stopped.stop()
    assert.ok(clock.monotonicMs() - startedMs < 3_000)
    await log.append([outbound('heart-audio', pcg('fresh', nowMs))])
    stage = createStoreStage({ log, openArchive: open, config, clock, metrics, logger })
    await stage.start()
    await until('it is committed', async () => (await committed(log)) === 1, 40_000)
    assert.equal(stage.archive()?.kind, 'pglite')
  })

  it('stops at once while the archive cannot be opened and the log is held back', async () => {
    const running = await started(() => Promise.reject(new VigilError('DATABASE_UNAVAILABLE')), { storeBatchRows: 1 })
    await log.append(
      Array.from({ length: 50 }, (_, index) => outbound('heart-audio', pcg('stop', nowMs + index * 1_000))),
    )
    await until('it is degraded', () => running.health().state === 'degraded')
    const startedMs = clock.monotonicMs()
    await running.stop()
    assert.ok(clock.monotonicMs() - startedMs < 2_000)
    assert.equal(await committed(log), 0)
  })
})
