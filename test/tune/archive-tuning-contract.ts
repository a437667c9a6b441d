import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import { TOPIC_NAMES } from '../../src/ingest/topics.ts'
import { Metrics } from '../../src/metrics.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { prepareWindow, type TensorSource, WINDOW_TENSORS } from '../../src/predict/window-tensors.ts'
import type { Outbound, PatientWindow } from '../../src/reading.ts'
import type { Archive } from '../../src/store/archive.ts'
import type { Database } from '../../src/store/database.ts'
import { archiveOver } from '../../src/store/open-archive.ts'
import { createStoreStage } from '../../src/store/store-stage.ts'
import { archivedWindow } from '../../src/tune/archived-window.ts'
import { fineTune, type TuneOutcome } from '../../src/tune/fine-tune.ts'
import { planTune } from '../../src/tune/tune-plan.ts'
import { tuneReport } from '../../src/tune/tune-report.ts'
import { type LabelledPatient, recordsOf } from './labelled-ward.ts'
import { storedBed } from './stored-bed.ts'

const clock = new SystemClock()
const logger = pino({ level: 'silent' })
const ALL = new Set(Object.keys(WINDOW_TENSORS) as TensorSource[])
const DAY_MS = 86_400_000

/** What holds of fine-tuning from the archive on every database. `open` is called again and again, one at a time. */
export function archiveTuning(name: string, open: () => Promise<Database>): void {
  describe(`fine-tuning from ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-tune-archive-'))
    // What serves PGlite on a socket takes statements of less than 64 KB.
    const small = { storeIntervalMs: 20, storeBatchRows: 10 }
    const config = defaultConfig({ dataDir: folder, databaseUrl: 'postgres://elsewhere', ...small })
    // Whole hours of some days ago; each test has a day of its own.
    const todayMs = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS
    after(() => rmSync(folder, { recursive: true, force: true }))
    const openArchive = async (): Promise<Archive> => archiveOver(await open(), config, clock, logger)

    async function withArchive<T>(work: (archive: Archive) => Promise<T>): Promise<T> {
      const archive = await openArchive()
      try {
        return await work(archive)
      } finally {
        await archive.close()
      }
    }

    it('makes the tensors of a window anew, to the last bit', () =>
      withArchive(async (archive) => {
        // A server keeps what earlier runs stored of theirs.
        const patientId = `exact-${randomUUID()}`
        const bed = await storedBed(patientId, todayMs - 2 * DAY_MS + 3 * 3_600_000 + 1_230_000)
        assert.equal(bed.lateReadings, 2)
        for (const batch of bed.batches) assert.equal((await archive.write(batch)).outcome, 'written')
        const reading = { wanted: ALL, demoData: false }
        const again = async (): Promise<PatientWindow> => {
          const found = await archivedWindow(archive, patientId, bed.startMs + 7_000, reading)
          return found.ok ? found.window : assert.fail(found.detail)
        }
        const live = await tensorsOf(bed.live)
        assert.ok([...live.values()].filter((tensor) => tensor !== null).length >= 11, [...live.keys()].join())
        assert.deepEqual(await tensorsOf(await again()), live)
        assert.equal((await again()).context?.notes.length, 2)
        // As it was before a stretch was stored with the time of its reading.
        await archive.query('update waveform_stretches set event_time = null where patient_id = $1::text', [patientId])
        assert.deepEqual(await tensorsOf(await again()), live)
        await archive.query(
          `delete from numerics where patient_id = $1::text and event_time = to_timestamp($2::float8 / 1000)`,
          [patientId, bed.startMs + 4_000],
        )
        const found = await archivedWindow(archive, patientId, bed.startMs, reading)
        assert.ok(!found.ok && /does not hold what the ward saw/.test(found.detail))
      }))

    it('learns a murmur from what was said on the ward, and says what it left out', async () => {
      const fromMs = todayMs - 4 * DAY_MS
      const patients = Array.from({ length: 48 }, (_, index): LabelledPatient => {
        const murmur = index % 2 === 0
        const word = murmur ? 'present' : 'absent'
        return {
          patientId: `heart-${index}`,
          seed: index,
          windowStartMs: fromMs + index * 60_000,
          murmur,
          condition: index % 3 === 0 ? 'limit:spo2:low' : 'risk:heart-sound',
          said: index % 3 === 0 ? ['rejected', `murmur ${word}`] : [murmur ? 'absent' : 'present', word],
        }
      })
      const others: LabelledPatient[] = [
        { ...like(patients[1]), patientId: 'demo', seed: 99, mode: 'demo' },
        { ...like(patients[1]), patientId: 'of-something-else', condition: 'limit:spo2:low', said: ['absent'] },
        { ...like(patients[1]), patientId: 'right', said: ['accepted'] },
        { ...like(patients[1]), patientId: 'before', windowStartMs: fromMs - 60_000 },
      ]
      await stored([...patients, ...others].flatMap(recordsOf))
      const said: string[] = []
      const argv = ['--from', iso(fromMs), '--to', iso(fromMs + DAY_MS), '--site', 'a ward']
      const outcome = await tuned('murmur', argv, said)
      const report = tuneReport(outcome, '').join('\n')
      assert.equal(outcome.outcome, 'written', report)
      assert.match(said.join('\n'), /51 alerts of the archive are labelled; 48 can be learnt from/)
      assert.match(report, /left out: 1 labelled alerts are of a demonstration or a test/)
      assert.match(report, /left out: 2 labelled alerts say nothing of murmur/)
      assert.match(await readFile(join(folder, 'murmur', 'README.md'), 'utf8'), /\| all \| 48 \| 48 \|/)
      const site = await readModelFolder(join(folder, 'murmur'))
      assert.ok(site.ok)
      assert.ok(site.folder.card.metrics.some(({ group }) => group === 'sex=female'))
      assert.ok(site.folder.card.metrics.some(({ group }) => group === 'site=icu-1'))
      assert.ok(!site.folder.card.cannot.some((one) => one.includes('demonstration')))
      const demo = await tuned('demo', [...argv, '--demo-data'], said)
      assert.match(said.join('\n'), /51 alerts of the archive are labelled; 49 can be learnt from/)
      assert.deepEqual('leftOut' in demo && demo.leftOut, [{ count: 2, says: 'say nothing of murmur' }])
      const card = await readModelFolder(join(folder, 'demo'))
      assert.ok(card.ok && card.folder.card.cannot.some((one) => one.includes('demonstration')))
    })

    it('judges arrhythmia alarms by what people said of heart-rate alerts', async () => {
      const fromMs = todayMs - 6 * DAY_MS
      const patients = Array.from({ length: 44 }, (_, index): LabelledPatient => ({
        patientId: `alarm-${index}`,
        seed: 300 + index,
        windowStartMs: fromMs + index * 60_000,
        murmur: false,
        condition: 'limit:hr:low',
        said: [index % 2 === 0 ? 'accepted' : 'rejected'],
        heartRate: index % 4 < 2 ? 31 : 0,
      }))
      const others: LabelledPatient[] = [
        // The alert began before the rate was low enough for an alarm, or its window is about another.
        { ...like(patients[0]), patientId: 'slow', heartRate: 47 },
        { ...like(patients[0]), patientId: 'other', condition: 'limit:hr:high' },
      ]
      await stored([...patients, ...others].flatMap(recordsOf))
      const said: string[] = []
      const argv = ['--model', 'alarm-truth', '--from', iso(fromMs), '--to', iso(fromMs + DAY_MS)]
      const outcome = await tuned('alarms', argv, said)
      assert.match(said.join('\n'), /a head is fitted to 44 windows/)
      assert.ok('leftOut' in outcome)
      const says = 'cannot be read: the alarm of its window is not the one that was labelled'
      assert.deepEqual(outcome.leftOut, [{ count: 2, says }])
      // A simulated heart beats as ever, whatever was said of it: there is nothing to learn.
      assert.ok(outcome.outcome === 'refused')
      assert.ok(!existsSync(join(folder, 'alarms')))
    })

    function tuned(out: string, argv: readonly string[], said: string[]): Promise<TuneOutcome> {
      const planned = planTune(['--labels', 'archive', '--out', join(folder, out), ...argv])
      assert.ok(planned.ok)
      const say = (line: string): void => void said.push(line)
      return fineTune(planned.plan, { config, clock, logger, openArchive, say })
    }

    /** Through the log and the store stage, as on a ward. */
    async function stored(records: readonly Outbound[]): Promise<void> {
      const retention = { retentionMs: 60 * DAY_MS, retentionBytes: 1e9, syncMs: 1_000 }
      const logFolder = mkdtempSync(join(folder, 'log-'))
      const log = await openEmbeddedLog({ folder: logFolder, partitions: 3, clock, logger, ...retention })
      const stage = createStoreStage({ log, openArchive, config, clock, metrics: new Metrics(), logger })
      try {
        await stage.start()
        for (let at = 0; at < records.length; at += 100) await log.append(records.slice(at, at + 100))
        for (let committed = 0; committed < records.length;) {
          await clock.sleep(50)
          const positions = await log.committed('vigil-store', TOPIC_NAMES)
          committed = [...positions.values()].flatMap((one) => Object.values(one)).reduce((sum, one) => sum + one, 0)
        }
      } finally {
        await stage.stop()
        await log.close()
      }
    }
  })
}

async function tensorsOf(window: PatientWindow): Promise<Map<string, Buffer | null>> {
  const prepared = await prepareWindow(window, ALL)
  return new Map(
    Object.entries(WINDOW_TENSORS).map(([name, { from }]) => {
      const data = from(prepared)
      return [name, data === null ? null : Buffer.from(Float32Array.from(data).buffer)]
    }),
  )
}

function like(patient: LabelledPatient | undefined): LabelledPatient {
  return patient ?? assert.fail('there are patients')
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
