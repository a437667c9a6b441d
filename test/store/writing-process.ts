import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { openArchive } from '../../src/store/open-archive.ts'
import { numericRows } from '../../src/store/tables/numerics.ts'
import { vitals } from './records.ts'

/** A process that writes batch after batch until it is killed, and says which it was told are written. */
const [dataDir = '', fromMs = '0'] = process.argv.slice(2)
const archive = await openArchive(defaultConfig({ dataDir }), new SystemClock(), pino({ level: 'silent' }))
process.stdout.write('open\n')
for (let batch = 0; ; batch++) {
  const rows = Array.from({ length: 50 }, (_, index) =>
    numericRows(vitals('killed', Number(fromMs) + (batch * 50 + index) * 1_000)),
  )
  await archive.write({ numerics: rows.flat() })
  process.stdout.write(`${batch}\n`)
}
