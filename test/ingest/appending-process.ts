import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'

/**
 * Run as a process of its own, to be killed: appends pairs over two topics and commits behind them, and prints the number of
 * each pair that was taken. Arguments: folder, first number, syncMs.
 */
const [, , folder = '', first = '0', syncMs = '200'] = process.argv
const log = await openEmbeddedLog({
  folder,
  partitions: 4,
  clock: new SystemClock(),
  logger: pino({ level: 'silent' }),
  retentionMs: 3_600_000,
  retentionBytes: 1_000_000_000,
  syncMs: Number(syncMs),
})
const subscription = await log.subscribe({
  group: 'vigil-killed',
  topics: ['vitals'],
  delivery: 'arrival',
  from: 'beginning',
  receiver: {
    receive: async ({ partition, records }) => {
      const last = records.at(-1)
      if (last !== undefined) await subscription.commit(partition, { vitals: last.offset + 1 })
    },
  },
  onFailed: (error) => {
    throw error
  },
})
for (let number = Number(first); ; number++) {
  await log.append([
    { topic: 'vitals', key: 'bed-0', value: Buffer.from(String(number)) },
    { topic: 'alert-state', key: 'bed-0', value: Buffer.from(String(number)) },
    { topic: 'heart-audio', key: 'bed-1', value: Buffer.alloc(20_000, number % 251) },
  ])
  process.stdout.write(`${number}\n`)
}
