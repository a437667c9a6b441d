import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import type { BedLoadOptions, BedLoadSays } from './bed-load-messages.ts'
import { SyntheticWard } from './synthetic-ward.ts'

/** How often what has become due is appended. */
const TICK_MS = 50

// A process of its own that feeds beds in real time until its parent lets go of it.
const options = JSON.parse(process.argv[2] ?? '') as BedLoadOptions
const clock = new SystemClock()
const { brokers, prefix: topicPrefix, partitions } = options
const config = defaultConfig({ kafkaBrokers: [...brokers], topicPrefix, partitions })
const log = await openLog(config, clock, pino({ level: 'error' }, pino.destination(2)))
const ward = await SyntheticWard.make(options.beds, options.seed)
let stopping = false
process.once('disconnect', () => (stopping = true))

let throughMs = clock.nowMs()
await log.append(ward.contexts(throughMs))
let saidAtMs = throughMs
while (!stopping) {
  const nowMs = clock.nowMs()
  await log.append(ward.between(throughMs, nowMs))
  throughMs = nowMs
  const behindMs = clock.nowMs() - nowMs
  if (nowMs - saidAtMs >= 1_000) {
    saidAtMs = nowMs
    process.send?.({ behindMs } satisfies BedLoadSays)
  }
  await clock.sleep(Math.max(1, TICK_MS - behindMs))
}
await log.close()
process.exit()
