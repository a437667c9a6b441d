import pino from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { Spool } from '../../src/acquire/spool.ts'

// A process that is killed while it spools: prints the number of each record once it is safe.
const spool = await Spool.open(process.argv[2] ?? '', pino({ level: 'silent' }), new SystemClock())
for (let index = 0; ; index++) {
  await spool.append([{ topic: 'vitals', key: 'p', value: Buffer.alloc(3000, String(index)) }])
  await spool.append([{ topic: 'vitals', key: String(index), value: null }])
  process.stdout.write(`${index}\n`)
}
