import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { readAlerts, readAlertsWithin, readTransitions, readValuesAt } from '../../src/store/alert-history.ts'
import type { Archive } from '../../src/store/archive.ts'
import type { Database, SqlAnswer } from '../../src/store/database.ts'
import { readStretch, readWindows } from '../../src/store/episodes.ts'
import { runJob } from '../../src/store/maintenance.ts'
import { migrate, readMigrations } from '../../src/store/migrate.ts'
import { archiveOver } from '../../src/store/open-archive.ts'
import { setRetention } from '../../src/store/retention.ts'
import { readSpans } from '../../src/store/stored-span.ts'
import { type RowBatch, TABLE_NAMES, TABLES } from '../../src/store/tables.ts'
import { auditRow, auditRowOfEntry } from '../../src/store/tables/audit.ts'
import { numericRows } from '../../src/store/tables/numerics.ts'
import { waveformRows } from '../../src/store/tables/waveform-stretches.ts'
import { readRiskTrend, readTrend, type TrendPoint } from '../../src/store/trends.ts'
import { alert, auditEntry, command, context, deadLetter, frame, late, pcg, prediction, vitals } from './records.ts'

const DAY_MS = 86_400_000
const clock = new SystemClock()
const logger = pino({ level: 'silent' })
const config = defaultConfig()

/** Counts what crosses to the database. */
class Counting implements Database {
  readonly #inner: Database
  sent = 0

  constructor(inner: Database) {
    this.#inner = inner
  }

  get kind(): 'timescale' | 'pglite' {
    return this.#inner.kind
  }

  get schedulesJobs(): boolean {
    return this.#inner.schedulesJobs
  }

  query(...given: Parameters<Database['query']>): Promise<SqlAnswer> {
    this.sent++
    return this.#inner.query(...given)
  }

  script(sql: string): Promise<SqlAnswer> {
    this.sent++
    return this.#inner.script(sql)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }
}

/** What holds of the archive on every database. `open` is called once. */
export function archiveContract(name: string, open: () => Promise<Database>): void {
  describe(`the archive on ${name}`, () => {
    let database: Counting
    let archive: Archive
    const run = randomUUID().slice(0, 8)
    // A whole minute, some minutes ago, so that no test's rows lie in the future.
    const nowMs = Math.floor(clock.nowMs() / 60_000) * 60_000 - 600_000

    before(async () => {
      database = new Counting(await open())
      archive = await archiveOver(database, config, clock, logger)
    })
    after(() => archive.close())

    const patient = (label: string): string => `${label}-${run}`
    const written = async (batch: RowBatch): Promise<object> => {
      const result = await archive.write(batch)
      assert.equal(result.outcome, 'written')
      return result.outcome === 'written' ? result.counts : {}
    }
    const ofVitals = (reading: ReturnType<typeof vitals>): RowBatch => ({
      numerics: numericRows(reading),
      waveform_stretches: waveformRows(reading),
    })
    const jobOf = async (proc: string, table: string): Promise<number> => {
      const [job] = await archive.query<{ id: number }>(
        `select job_id::int as id from timescaledb_information.jobs where proc_name = $1::text and hypertable_name = $2::text`,
        [proc, table],
      )
      return job?.id ?? assert.fail(`no ${proc} for ${table}`)
    }

    function oneOfEach(patientId: string): RowBatch {
      return {
        ...ofVitals(vitals(patientId, nowMs + 1)),
        heart_sounds: [pcg(patientId, nowMs)],
        frames: [frame(patientId, nowMs)],
        windows: [prediction(patientId, nowMs)],
        predictions: [prediction(patientId, nowMs)],
        alerts: [alert(patientId, 1, nowMs)],
        late_readings: [late(patientId, nowMs)],
        dead_letters: [deadLetter(`letter-${patientId}`, nowMs)],
        contexts: [{ patientId, appendTimeMs: nowMs, offset: 5, context: context(patientId, nowMs) }],
        audit: [auditRow(command(patientId, nowMs))],
      }
    }

    it('writes the rows of every table in one round trip', async () => {
      const sentBefore = database.sent
      const counts = await written(oneOfEach(patient('trip')))
      assert.equal(database.sent - sentBefore, 1)
      assert.deepEqual(Object.keys(counts).sort(), [...TABLE_NAMES].sort())
      for (const table of TABLE_NAMES) {
        const [found] = await archive.query<{ rows: number }>(`select count(*)::int as rows from ${TABLES[table].name}`)
        assert.ok((found?.rows ?? 0) >= 1, table)
      }
    })

    it('leaves what is there when the same batch comes again', async () => {
      const batch = oneOfEach(patient('again'))
      const first = await written(batch)
      const again = await written(batch)
      assert.equal(
        Object.values(first).reduce((sum: number, rows: number) => sum + rows, 0),
        TABLE_NAMES.length + 1,
      )
      assert.deepEqual([...new Set(Object.values(again))], [0])
    })

    it('takes a batch that holds the same row twice', async () => {
      const chunk = pcg(patient('twice'), nowMs)
      assert.deepEqual(await written({ heart_sounds: [chunk, { ...chunk }] }), { heart_sounds: 1 })
    })

    it('writes nothing of an empty batch, and asks nothing', async () => {
      const sentBefore = database.sent
      assert.deepEqual(await written({ numerics: [] }), {})
      assert.equal(database.sent, sentBefore)
    })

    it('gives back a stretch as it was, to the bit and the millisecond', async () => {
      const patientId = patient('back')
      await written(oneOfEach(patientId))
      const pages = []
      for await (const page of readStretch(archive, { patientId, fromMs: nowMs - 10_000, toMs: nowMs + 20_000 }))
        pages.push(page)
      assert.deepEqual(
        pages.map(({ fromMs, toMs }) => [fromMs, toMs]),
        [-10_000, 0, 10_000].map((ms) => [nowMs + ms, nowMs + ms + 10_000]),
      )
      const [before, page, last] = pages
      const reading = vitals(patientId, nowMs + 1)
      assert.deepEqual(page?.vitals, [
        {
          patientId,
          feedId: 'monitor-1',
          sequence: reading.sequence,
          eventTimeMs: nowMs + 1,
          generationMode: 'test',
          numerics: reading.numerics,
        },
      ])
      const [stretch] = before?.waveforms ?? []
      const { samples, ...sent } = reading.waveforms[0] ?? assert.fail()
      const { samples: samplesBack, patientId: whose, feedId, generationMode, ...back } = stretch ?? assert.fail()
      assert.deepEqual(back, sent)
      assert.deepEqual([whose, feedId, generationMode], [patientId, 'monitor-1', 'test'])
      assert.ok(Buffer.from(samplesBack).equals(samples))
      assert.ok(Buffer.from(page.heartSounds[0]?.samples ?? []).equals(pcg(patientId, nowMs).samples))
      assert.ok(Buffer.from(page.frames[0]?.jpeg ?? []).equals(frame(patientId, nowMs).jpeg))
      assert.deepEqual(page.alerts, [alert(patientId, 1, nowMs)])
      // A prediction stands where its window ends.
      assert.deepEqual(page.predictions, [])
      assert.deepEqual(last?.predictions, [prediction(patientId, nowMs)])
      assert.deepEqual(await readWindows(archive, { patientId, fromMs: nowMs, toMs: nowMs + 1 }), [
        prediction(patientId, nowMs),
      ])
    })

    it('keeps who was in the bed, and what was asked of an alert', async () => {
      const patientId = patient('bed')
      await written({
        contexts: [
          { patientId, appendTimeMs: nowMs, offset: 5, context: context(patientId, nowMs) },
          { patientId, appendTimeMs: nowMs + 1, offset: 6, context: null },
        ],
        audit: [auditRow(command(patientId, nowMs))],
      })
      const rows = await archive.query(
        'select present, notes, diagnosis from contexts where patient_id = $1::text order by 1 desc',
        [patientId],
      )
      const { notes, diagnosis } = context(patientId, nowMs)
      assert.deepEqual(rows, [
        { present: true, notes, diagnosis },
        { present: false, notes: null, diagnosis: null },
      ])
      const [asked] = await archive.query('select user_id, action, detail from audit where patient_id = $1::text', [
        patientId,
      ])
      const detail = { durationMs: null, limit: null, label: null, reason: 'seen', assignee: null }
      assert.deepEqual(asked, { user_id: 'nurse-1', action: 'acknowledge', detail })
    })

    it('keeps who looked at what, also where it is about no patient, and lets nobody change or remove it', async () => {
      const patientId = patient('looked-at')
      const entries = [auditEntry(patientId, nowMs), auditEntry(null, nowMs)]
      await written({ audit: entries.map(auditRowOfEntry) })
      await written({ audit: entries.map(auditRowOfEntry) })
      const rows = await archive.query(
        'select patient_id, kind, how, action, refused_with, detail from audit where id = any ($1::text[]) order by 1',
        [`{${entries.map(({ entryId }) => entryId).join(',')}}`],
      )
      const of = { how: 'session', refused_with: null }
      assert.deepEqual(rows, [
        { ...of, patient_id: patientId, kind: 'view', action: 'view-bed', detail: {} },
        { ...of, patient_id: null, kind: 'access', action: 'sign-in', detail: { about: '10.0.0.1' } },
      ])
      for (const change of ["update audit set user_id = 'nobody'", 'delete from audit', 'truncate audit'])
        await assert.rejects(archive.query(change, []), /42501/, change)
    })

    it('refuses a batch with a value it cannot hold, and writes nothing of it', async () => {
      const patientId = patient('refused')
      const broken = vitals(patientId, nowMs, { feedId: 'nul\u0000byte' })
      const result = await archive.write({
        numerics: [...numericRows(vitals(patientId, nowMs)), ...numericRows(broken)],
      })
      assert.deepEqual(result, { outcome: 'refused', sqlstate: '22021' })
      assert.deepEqual(await archive.query('select 1 from numerics where patient_id = $1::text', [patientId]), [])
    })

    it('is migrated by as many as like, once', async () => {
      assert.deepEqual(await migrate(database, readMigrations()), [])
      const extra = [
        ...readMigrations(),
        {
          name: `9${run.replaceAll(/[^0-9]/g, '').padEnd(5, '0')}-extra.sql`,
          sql: `create table extra_${run} (a int)`,
        },
      ]
      const applied = await Promise.all([migrate(database, extra), migrate(database, extra)])
      assert.equal(applied.flat().length, 1)
      // A version that does not know the last migration stays away.
      await assert.rejects(migrate(database, readMigrations()), { code: 'MIGRATION_CHANGED' })
      const changed = extra.map((one) => (one === extra.at(-1) ? { ...one, sql: `${one.sql} ` } : one))
      await assert.rejects(migrate(database, changed), { code: 'MIGRATION_CHANGED' })
      const { name } = extra.at(-1) ?? assert.fail()
      await database.script(`drop table extra_${run}; delete from migrations where name = '${name}'`)
    })

    it('keeps nothing of a migration that fails half way', async () => {
      const failing = [
        ...readMigrations(),
        { name: '999999-half.sql', sql: `create table half_${run} (a int); select 1 / 0` },
      ]
      await assert.rejects(migrate(database, failing), /22012/)
      const [found] = await archive.query(`select to_regclass('half_${run}') is null as gone`)
      assert.deepEqual(found, { gone: true })
      assert.deepEqual(await migrate(database, readMigrations()), [])
    })

    it('drops media that is older than its retention, and keeps the rest', async () => {
      const patientId = patient('old')
      await written({ frames: [frame(patientId, nowMs - 3 * DAY_MS), frame(patientId, nowMs)] })
      assert.equal(await runJob(database, await jobOf('policy_retention', 'frames')), null)
      const rows = await archive.query('select epoch_ms(event_time) as at from frames where patient_id = $1::text', [
        patientId,
      ])
      assert.deepEqual(rows, [{ at: nowMs }])
    })

    it('takes a new retention over, and leaves one that is already so', async () => {
      const asked = { mediaRetentionMs: 2 * DAY_MS, rowRetentionMs: config.rowRetentionMs }
      const frames = await jobOf('policy_retention', 'frames')
      const windows = await jobOf('policy_retention', 'windows')
      await setRetention(database, asked)
      assert.notEqual(await jobOf('policy_retention', 'frames'), frames)
      assert.equal(await jobOf('policy_retention', 'windows'), windows)
      await setRetention(database, config)
    })

    it('knows a row again after it was compressed', async () => {
      const patientId = patient('compressed')
      const batch = { numerics: numericRows(vitals(patientId, nowMs - 3 * DAY_MS)) }
      assert.deepEqual(await written(batch), { numerics: 2 })
      assert.equal(await runJob(database, await jobOf('policy_compression', 'numerics')), null)
      const [chunks] = await archive.query<{ compressed: number }>(
        `select count(*)::int as compressed from timescaledb_information.chunks
         where hypertable_name = 'numerics' and is_compressed`,
      )
      assert.ok((chunks?.compressed ?? 0) >= 1)
      assert.deepEqual(await written(batch), { numerics: 0 })
      const rows = await archive.query('select value from numerics where patient_id = $1::text order by code', [
        patientId,
      ])
      assert.deepEqual(rows, [{ value: 72.5 }, { value: null }])
    })

    it('gives trends by bucket, from the aggregate and from what is not yet in it alike', async () => {
      const patientId = patient('trend')
      const fromMs = nowMs - 7_200_000
      const values = [60, 62, 64, 90, 80, 70]
      await written({
        numerics: values.flatMap((value, index) =>
          numericRows(
            vitals(patientId, fromMs + index * 30_000, {
              numerics: [
                { code: 'hr', value, unit: '/min', validity: 'valid' },
                { code: 'rr', value, unit: '/min', validity: 'invalid' },
              ],
            }),
          ),
        ),
      })
      const ask = (code: string, points: number): Promise<TrendPoint[]> =>
        readTrend(archive, { patientId, code, fromMs, toMs: fromMs + 180_000, points })
      const expected = [
        { timeMs: fromMs, lowest: 60, highest: 62, mean: 61, readings: 2, generationMode: 'test' },
        { timeMs: fromMs + 60_000, lowest: 64, highest: 90, mean: 77, readings: 2, generationMode: 'test' },
        { timeMs: fromMs + 120_000, lowest: 70, highest: 80, mean: 75, readings: 2, generationMode: 'test' },
      ]
      assert.deepEqual(await ask('hr', 3), expected)
      assert.equal(
        await runJob(database, await jobOf('policy_refresh_continuous_aggregate', 'numerics_by_minute')),
        null,
      )
      assert.deepEqual(await ask('hr', 3), expected)
      assert.deepEqual(
        (await ask('hr', 6)).map(({ mean }) => mean),
        values,
      )
      // A minute that began before is given too.
      const late = { patientId, code: 'hr', fromMs: fromMs + 30_000, toMs: fromMs + 180_000, points: 2 }
      assert.equal(
        (await readTrend(archive, late)).reduce((sum, { readings }) => sum + readings, 0),
        6,
      )
      // What the device called invalid makes no point.
      assert.deepEqual(await ask('rr', 3), [])
    })

    it('lists alerts by when they were raised, newest first, as they ended up', async () => {
      const patientId = patient('alerts')
      const first = { alertId: `a-${run}`, id: `a-${run}-1` }
      const second = { alertId: `b-${run}`, id: `b-${run}-1` }
      const acknowledged = alert(patientId, 3, nowMs + 9_000, {
        ...first,
        id: `a-${run}-2`,
        transition: 'acknowledged',
        presence: 'acknowledged',
      })
      await written({
        alerts: [
          alert(patientId, 1, nowMs, first),
          alert(patientId, 2, nowMs + 5_000, { ...second, transition: 'raised' }),
          acknowledged,
        ],
      })
      const newest = await readAlerts(archive, { limit: 10, patientId })
      assert.deepEqual(
        newest.map(({ alertId, presence, raisedAtMs }) => [alertId, presence, raisedAtMs]),
        [
          [second.alertId, 'on', nowMs + 5_000],
          [first.alertId, 'acknowledged', nowMs],
        ],
      )
      const older = await readAlerts(archive, { limit: 10, patientId, beforeMs: nowMs + 5_000 })
      assert.deepEqual(
        older.map(({ alertId }) => alertId),
        [first.alertId],
      )
      assert.equal((await readAlerts(archive, { limit: 1 })).length, 1)
      assert.deepEqual(
        (await readTransitions(archive, first.alertId)).map(({ transition }) => transition),
        ['raised', 'acknowledged'],
      )
    })

    it('lists the alerts of a stretch with when they were over, also those that began before and those that stand', async () => {
      const patientId = patient('within')
      const of = (name: string) => ({ alertId: `${name}-${run}w`, onsetTimeMs: nowMs })
      await written({
        alerts: [
          alert(patientId, 1, nowMs, { ...of('over'), id: `over-${run}w-1` }),
          alert(patientId, 2, nowMs + 5_000, {
            ...{ ...of('over'), id: `over-${run}w-2`, transition: 'cleared', presence: 'off' },
          }),
          alert(patientId, 3, nowMs + 60_000, {
            ...{ ...of('over'), id: `over-${run}w-3`, transition: 'labelled', presence: 'off', label: 'accepted' },
          }),
          alert(patientId, 4, nowMs + 1_000, { ...of('stands'), id: `stands-${run}w-1` }),
          alert(patientId, 5, nowMs + 90_000, { ...of('later'), id: `later-${run}w-1`, onsetTimeMs: nowMs + 90_000 }),
        ],
      })
      const within = async (fromMs: number, toMs: number): Promise<[string, number | null][]> =>
        (await readAlertsWithin(archive, { patientId, fromMs, toMs, limit: 10 }))
          .map(({ alertId, endedTimeMs }): [string, number | null] => [alertId.split('-')[0] ?? '', endedTimeMs])
          .sort()
      assert.deepEqual(await within(nowMs, nowMs + 60_000), [
        ['over', nowMs + 5_000],
        ['stands', null],
      ])
      assert.deepEqual(await within(nowMs + 10_000, nowMs + 100_000), [
        ['later', null],
        ['stands', null],
      ])
    })

    it('says what was measured at a moment, and nothing that came after or long before', async () => {
      const patientId = patient('then')
      const at = (atMs: number, code: string, value: number) =>
        numericRows(
          vitals(patientId, atMs, { sequence: atMs, numerics: [{ code, value, unit: '/min', validity: 'valid' }] }),
        )
      await written({
        numerics: [
          ...at(nowMs - 3_600_000, 'rr', 30),
          ...at(nowMs - 2_000, 'hr', 90),
          ...at(nowMs - 1_000, 'hr', 95),
          ...at(nowMs + 1_000, 'hr', 120),
        ],
      })
      assert.deepEqual(
        (await readValuesAt(archive, patientId, nowMs)).map(({ code, value, eventTimeMs }) => [
          code,
          value,
          eventTimeMs,
        ]),
        [['hr', 95, nowMs - 1_000]],
      )
    })

    it('gives the trend of the score, by the end of the windows', async () => {
      const patientId = patient('score')
      const made = [0.2, 0.4, null, 0.9].map((risk, index) => ({
        ...prediction(patientId, nowMs + index * 10_000),
        risk,
      }))
      await written({ windows: made, predictions: made })
      const asked = { patientId, fromMs: nowMs, toMs: nowMs + 60_000, points: 2 }
      const points = await readRiskTrend(archive, asked)
      assert.deepEqual(
        points.map(({ lowest, mean, highest, readings }) => [lowest, Math.round(mean * 100) / 100, highest, readings]),
        [
          [0.2, 0.3, 0.4, 2],
          [0.9, 0.9, 0.9, 1],
        ],
      )
    })

    it('says what span of a patient is stored', async () => {
      const patientId = patient('span')
      assert.deepEqual(await readSpans(archive, patientId), [])
      const both = [prediction(patientId, nowMs), prediction(patientId, nowMs + 30_000)]
      await written({
        windows: both,
        predictions: both,
        waveform_stretches: waveformRows(vitals(patientId, nowMs + 500)),
      })
      assert.deepEqual(await readSpans(archive, patientId), [
        { patientId, fromMs: nowMs, toMs: nowMs + 40_000, waveformsFromMs: nowMs },
      ])
    })

    it('says when a query is wrong, without its values', async () => {
      await assert.rejects(
        archive.query('select $1::int', ['secret']),
        (error: Error) => !error.message.includes('secret'),
      )
    })
  })
}
