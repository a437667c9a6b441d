import { rmSync } from 'node:fs'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import { openKafkaLog } from '../../src/ingest/kafka-log.ts'
import type { Log } from '../../src/ingest/log.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import type { Outbound } from '../../src/reading.ts'
import { startKafkaBroker } from '../live/kafka-broker.ts'
import { temporaryFolder } from '../live/ward-process.ts'
import { readingOf } from '../support/readings.ts'
import { type Benchmark, type Figure, median } from './figure.ts'
import { joinAgainstPeer } from './peer/join-against-peer.ts'
import { peerMissing } from './peer/peer-program.ts'

const PATIENTS = 64
const SECONDS = 120
const RUNS = 3
const clock = new SystemClock()
const logger = pino({ level: 'silent' })

/**
 * Readings and windows per second from the log to records on predictions, with decoding and every commit, without the
 * model: 64 patients, one vitals record with a 250 Hz ECG second, one 4 KB PCG chunk and one 12 KB frame a second each. With
 * a peer: the two of them on the peer's load.
 */
export const joinThroughput: Benchmark = {
  name: 'join',
  run: async (say, options) => {
    if (options.peer !== null) {
      const missing = peerMissing(options.peer)
      if (missing === null) return joinAgainstPeer(options.peer, options, say)
      say(`  the comparison is left out: ${missing}`)
    }
    const folder = temporaryFolder()
    const { partitions, logRetentionMs, logRetentionBytes } = defaultConfig()
    const embedded = await openEmbeddedLog({
      folder,
      partitions,
      clock,
      logger,
      retentionMs: logRetentionMs,
      retentionBytes: logRetentionBytes,
      syncMs: 200,
    })
    const figures = await measure('embedded log', 'embedded', embedded, say)
    await embedded.close()
    rmSync(folder, { recursive: true, force: true })

    const started = await startKafkaBroker()
    if (!started.ok) {
      say(`  Kafka is left out: ${started.missing}`)
      return figures
    }
    const { broker } = started
    const kafka = await openKafkaLog({
      brokers: broker.brokers,
      prefix: `bench-${process.pid}-`,
      partitions,
      replicationFactor: 1,
      mergeWaitMs: 250,
      clock,
      logger,
    })
    figures.push(...(await measure('Kafka', 'kafka', kafka, say)))
    await kafka.close()
    await broker.stop()
    figures.push({
      name: 'peakRssMb',
      says: 'peak RSS of the process',
      value: process.resourceUsage().maxRSS / 1024,
      unit: 'MB',
    })
    return figures
  },
}

async function measure(title: string, name: string, log: Log, say: (line: string) => void): Promise<Figure[]> {
  const readings = await fill(log)
  const windows = PATIENTS * (SECONDS / 10)
  const seconds: number[] = []
  for (let run = 0; run < RUNS; run++) {
    seconds.push(await readThrough(log, `bench-${run}`, windows))
    say(`  ${title}, run ${run + 1}: ${Math.round(readings / (seconds.at(-1) ?? NaN))} readings/s`)
  }
  const elapsed = median(seconds)
  return [
    {
      name: `${name}ReadingsPerSecond`,
      says: `readings through the join, ${title}`,
      value: readings / elapsed,
      unit: '/s',
    },
    { name: `${name}WindowsPerSecond`, says: `windows closed, ${title}`, value: windows / elapsed, unit: '/s' },
  ]
}

/** Appends the streams, and a tail that lets the last window close. */
async function fill(log: Log): Promise<number> {
  const startMs = Math.floor(clock.nowMs() / 10_000) * 10_000 - (SECONDS + 10) * 1_000
  let readings = 0
  for (let second = 0; second < SECONDS + 3; second++) {
    const records: Outbound[] = []
    for (let patient = 0; patient < PATIENTS; patient++)
      for (const modality of ['vitals', 'pcg', 'video'] as const) {
        records.push(ENCODE.reading(secondOf(modality, `bench-${patient}`, startMs + second * 1_000 + patient * 10)))
        readings++
      }
    await log.append(records)
  }
  return readings
}

function secondOf(modality: 'vitals' | 'pcg' | 'video', patientId: string, eventTimeMs: number) {
  const numerics = ['hr', 'spo2', 'rr', 'abp_sys', 'abp_dia', 'temp'].map((code) => ({
    code,
    value: 80,
    unit: '',
    validity: 'valid' as const,
  }))
  const samples = Buffer.alloc(500, eventTimeMs % 251)
  const ecg = { code: 'ecg', startTimeMs: eventTimeMs, sampleRateHz: 250, scale: 0.005, offset: 0, unit: 'mV', samples }
  const reading = readingOf({ modality, patientId, eventTimeMs, numerics, waveforms: [{ ...ecg, validity: 'valid' }] })
  if (reading.modality === 'pcg') Object.assign(reading.record, { sampleCount: 2_048, samples: Buffer.alloc(4_096, 1) })
  if (reading.modality === 'video')
    reading.record.jpeg = Buffer.concat([
      reading.record.jpeg.subarray(0, 2),
      Buffer.alloc(12_288, 7),
      reading.record.jpeg.subarray(2),
    ])
  return reading
}

/** Seconds from the start of a join that has committed nothing to its last window on the predictions topic. */
async function readThrough(log: Log, run: string, windows: number): Promise<number> {
  const metrics = new Metrics()
  // Each run is a group of its own, so that it reads from the beginning.
  const fresh: Log = new Proxy(log, {
    get: (target, property: keyof Log) => {
      if (property === 'subscribe')
        return (options: Parameters<Log['subscribe']>[0]) =>
          target.subscribe({ ...options, group: `${run}-${options.group}` })
      // A state of an earlier run would say that all is done.
      if (property === 'readAll') return () => nothing()
      const value = target[property]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const conclude = (all: readonly unknown[]) =>
    all.map(() =>
      Promise.resolve({
        rung: 'limits_only' as const,
        risk: null,
        riskLow: null,
        riskHigh: null,
        parts: [],
        missing: [],
        model: null,
      }),
    )
  const stage = new JoinStage({ log: fresh, config: defaultConfig(), clock, metrics, logger, conclude })
  const startedMs = clock.monotonicMs()
  await stage.start()
  for (;;) {
    const { values } = await metrics.predictions.get()
    if ((values[0]?.value ?? 0) >= windows) break
    await clock.sleep(5)
  }
  const elapsed = (clock.monotonicMs() - startedMs) / 1_000
  await stage.stop()
  return elapsed
}

async function* nothing(): AsyncGenerator<never> {
  // No record at all.
}
