import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { archiveOver } from '../../src/store/open-archive.ts'
import { openPgliteDatabase } from '../../src/store/pglite-database.ts'
import { readRiskTrend, readTrend } from '../../src/store/trends.ts'
import { temporaryFolder } from '../live/ward-process.ts'
import { type Benchmark, type Figure, median } from './figure.ts'

const HOUR_MS = 3_600_000
const HOURS = 72
const BEDS = 8
const CODES = ['hr', 'spo2', 'rr', 'abp_sys', 'abp_dia', 'abp_mean', 'temp']
const SPANS_H = [1, 12, 24, 72]
/** As a bed's page asks. */
const POINTS = 300
const RUNS = 5
const clock = new SystemClock()

/** A value a second of each numeric of each bed, a prediction every ten; all but the last hour is kept as the policies keep it. */
const fill = (toMs: number): readonly string[] => [
  `insert into numerics (patient_id, code, event_time, value, unit, validity, feed_id, sequence, generation_mode)
   select 'bed-' || bed, code, at, 80 + 10 * sin(extract(epoch from at) / 600), '', 'valid', 'monitor', extract(epoch from at)::bigint, 'test'
   from generate_series(to_timestamp(${toMs / 1_000}) - interval '${HOURS} hours', to_timestamp(${toMs / 1_000}), interval '1 second') at,
     generate_series(1, ${BEDS}) bed, unnest(array[${CODES.map((code) => `'${code}'`).join(', ')}]) code
   where bed = 1 or extract(second from at)::int % 30 = 0`,
  `insert into predictions (id, patient_id, window_start, window_end, rung, risk, parts, missing, generation_mode)
   select 'bed-' || bed || at, 'bed-' || bed, at - interval '10 seconds', at, 'full', 0.2, '[]', '[]', 'test'
   from generate_series(to_timestamp(${toMs / 1_000}) - interval '${HOURS} hours', to_timestamp(${toMs / 1_000}), interval '10 seconds') at,
     generate_series(1, ${BEDS}) bed`,
  `call refresh_continuous_aggregate('numerics_by_minute', null, to_timestamp(${toMs / 1_000}) - interval '1 hour')`,
  `select compress_chunk(chunk, true) from show_chunks('numerics', older_than => interval '1 day') chunk`,
]

/** The trends of a bed's page out of an embedded archive that holds 72 h of it and, of seven other beds, two values a minute. */
export const trends: Benchmark = {
  name: 'trends',
  run: async (say) => {
    const dataDir = temporaryFolder()
    const database = await openPgliteDatabase(join(dataDir, 'archive'), clock)
    const archive = await archiveOver(database, defaultConfig({ dataDir }), clock, pino({ level: 'silent' }))
    try {
      const toMs = Math.floor(clock.nowMs() / 1_000) * 1_000
      for (const statement of fill(toMs)) {
        const answer = await database.script(statement)
        if (!answer.ok) {
          say(`  the archive was not filled: ${answer.message}`)
          return []
        }
      }
      const [{ rows } = { rows: 0 }] = await archive.query<{ rows: number }>(
        'select count(*)::int as rows from numerics',
      )
      say(`  ${rows} numerics of ${BEDS} beds over ${HOURS} h`)
      const figures: Figure[] = []
      for (const hours of SPANS_H) {
        const asked = { patientId: 'bed-1', fromMs: toMs - hours * HOUR_MS, toMs, points: POINTS }
        const all = await medianMs(async () => {
          for (const code of CODES) await readTrend(archive, { ...asked, code })
          await readRiskTrend(archive, asked)
        })
        const name = `hours${hours}Ms`
        figures.push({ name, says: `${CODES.length} numerics and the risk of ${hours} h`, value: all, unit: 'ms' })
      }
      return figures
    } finally {
      await archive.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}

async function medianMs(task: () => Promise<void>): Promise<number> {
  const took: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const startedMs = clock.monotonicMs()
    await task()
    took.push(clock.monotonicMs() - startedMs)
  }
  return median(took)
}
