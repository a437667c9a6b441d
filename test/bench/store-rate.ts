import { rmSync } from 'node:fs'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { openArchive } from '../../src/store/open-archive.ts'
import type { RowBatch } from '../../src/store/tables.ts'
import { numericRows } from '../../src/store/tables/numerics.ts'
import { temporaryFolder } from '../live/ward-process.ts'
import { readingOf } from '../support/readings.ts'
import { type Benchmark, type Figure, median } from './figure.ts'

const CODES = ['hr', 'spo2', 'rr', 'abp_sys', 'abp_dia', 'abp_mean', 'temp', 'pr']
const RUNS = 5
const clock = new SystemClock()

/** Rows per second into the embedded archive, one round trip a batch, and what a batch costs that was there already. */
export const storeRate: Benchmark = {
  name: 'store',
  run: async () => {
    const dataDir = temporaryFolder()
    const archive = await openArchive(defaultConfig({ dataDir }), clock, pino({ level: 'silent' }))
    let second = Math.floor(clock.nowMs() / 1_000) - 86_400
    const figures: Figure[] = []
    for (const rows of [160, 1_000, 5_000]) {
      const rates: number[] = []
      let batch: RowBatch = {}
      for (let run = 0; run < RUNS; run++) {
        batch = numericsOf(rows, second)
        second += Math.ceil(rows / CODES.length)
        rates.push(await rate(() => archive.write(batch), rows))
      }
      figures.push({
        name: `rows${rows}PerSecond`,
        says: `rows stored, batches of ${rows}`,
        value: median(rates),
        unit: '/s',
      })
      if (rows === 1_000)
        figures.push({
          name: 'repeatedRowsPerSecond',
          says: 'rows stored that were there already, batches of 1000',
          value: await rate(() => archive.write(batch), rows),
          unit: '/s',
        })
    }
    await archive.close()
    rmSync(dataDir, { recursive: true, force: true })
    return figures
  },
}

async function rate(write: () => Promise<unknown>, rows: number): Promise<number> {
  const startedMs = clock.monotonicMs()
  await write()
  return rows / ((clock.monotonicMs() - startedMs) / 1_000)
}

/** Seconds of eight numerics of one bed. */
function numericsOf(rows: number, fromSecond: number): RowBatch {
  const numerics = CODES.map((code, index) => ({ code, value: 60 + index, unit: '', validity: 'valid' as const }))
  const seconds = Array.from({ length: Math.ceil(rows / CODES.length) }, (_, index) => (fromSecond + index) * 1_000)
  const readings = seconds.map((eventTimeMs) => readingOf({ eventTimeMs, numerics }))
  return {
    numerics: readings
      .flatMap((reading) => (reading.modality === 'vitals' ? numericRows(reading.record) : []))
      .slice(0, rows),
  }
}
