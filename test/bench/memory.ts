import kafkajs, { type Admin } from 'kafkajs'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { startKafkaBroker } from '../live/kafka-broker.ts'
import type { Benchmark, Figure } from './figure.ts'
import { runJoin } from './peer/join-run.ts'
import { SyntheticWard } from './synthetic-ward.ts'

const SEED = 42
const PARTITIONS = 12
const PREFIX = 'memory-'
const BEDS = 8
const BEHIND_SECONDS = 3_600
/** Past the end: lets the last windows close. */
const TAIL_SECONDS = 20
const APPENDED_SECONDS = 5
const WINDOW_MS = 10_000
/** Frames of 30 to 60 KB. */
const framePadding = (frame: number): number => 25_000 + frame * 4_000
/** What the process may take however far it is behind, Node itself and compiled code included. */
const BOUND_MB = 768
const clock = new SystemClock()

/**
 * A join that is an hour behind on 8 beds with video, some 1.5 GB: how much memory it takes to catch up at full speed.
 * Fails when that is more than its bound.
 */
export const memory: Benchmark = {
  name: 'memory',
  run: async (say) => {
    const started = await startKafkaBroker()
    if (!started.ok) {
      say(`  left out: ${started.missing}`)
      return []
    }
    const { broker } = started
    const admin = new kafkajs.Kafka({ brokers: [...broker.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    try {
      return await measure(admin, broker.brokers, say)
    } finally {
      await admin.disconnect()
      await broker.stop()
    }
  },
}

async function measure(admin: Admin, brokers: readonly string[], say: (line: string) => void): Promise<Figure[]> {
  const aligned = Math.floor(clock.nowMs() / WINDOW_MS) * WINDOW_MS
  const startMs = aligned - (BEHIND_SECONDS + TAIL_SECONDS) * 1_000
  const bytes = await fill(brokers, startMs)
  const mostMb = bytes / 1e6
  say(`  ${Math.round(mostMb)} MB lie in the log`)
  const endMs = startMs + BEHIND_SECONDS * 1_000
  const member = { brokers, prefix: PREFIX, partitions: PARTITIONS, output: `${PREFIX}out`, shiftMs: 0, endMs }
  const expectedWindows = BEDS * ((BEHIND_SECONDS * 1_000) / WINDOW_MS)
  const run = await runJoin({ admin, clock, processes: 1, member, expectedWindows })
  if (!(run.peakRssMb <= BOUND_MB))
    throw new Error(`peak RSS ${Math.round(run.peakRssMb)} MB, the bound is ${BOUND_MB}`)
  return [
    { name: 'behindMb', says: `in the log, ${BEDS} beds, an hour behind`, value: mostMb, unit: 'MB' },
    { name: 'peakRssMb', says: 'peak RSS of the join that catches up', value: run.peakRssMb, unit: 'MB' },
    { name: 'boundMb', says: 'its bound', value: BOUND_MB, unit: 'MB' },
    { name: 'catchUpSeconds', says: 'until it has caught up', value: run.activeSeconds, unit: 's' },
  ]
}

async function fill(brokers: readonly string[], startMs: number): Promise<number> {
  const config = defaultConfig({ kafkaBrokers: [...brokers], topicPrefix: PREFIX, partitions: PARTITIONS })
  const log = await openLog(config, clock, pino({ level: 'error' }, pino.destination(2)))
  const ward = await SyntheticWard.make(BEDS, SEED, { padBytes: framePadding })
  let bytes = 0
  for (let second = 0; second < BEHIND_SECONDS + TAIL_SECONDS; second += APPENDED_SECONDS) {
    const fromMs = startMs + second * 1_000
    const records = ward.between(fromMs, fromMs + APPENDED_SECONDS * 1_000)
    for (const { value } of records) bytes += value?.length ?? 0
    await log.append(records)
  }
  await log.close()
  return bytes
}
