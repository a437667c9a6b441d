import { rmSync } from 'node:fs'
import { pino } from 'pino'
import { io } from 'socket.io-client'
import { SystemClock } from '../../src/clock.ts'
import { type Config, defaultConfig } from '../../src/config.ts'
import type { Log } from '../../src/ingest/log.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { startPipeline } from '../../src/pipeline.ts'
import type { PatientContext } from '../../src/reading.ts'
import { startKafkaBroker } from '../live/kafka-broker.ts'
import { type Screen, temporaryFolder } from '../live/ward-process.ts'
import { readingOf } from '../support/readings.ts'
import { type Benchmark, type Figure, quantile } from './figure.ts'
import { WindowAnswers } from './window-answers.ts'

const ALERTS = 300
const SCREENS = 5
const SETTLE_MS = 20_000
const LISTEN_MS = 60_000
const clock = new SystemClock()

/**
 * From the append of a vitals record that crosses a limit without delay to the alert at a Socket.IO client, with all seven
 * stages and the demo ward running beside it, and some screens connected; and from the close of a window to its prediction.
 */
export const alertLatency: Benchmark = {
  name: 'alert',
  run: async (say, { beds }) => {
    const figures = await measure('embedded log', 'embedded', { demoBeds: beds }, say)
    const started = await startKafkaBroker()
    if (!started.ok) {
      say(`  Kafka is left out: ${started.missing}`)
      return figures
    }
    const kafka = { kafkaBrokers: started.broker.brokers, topicPrefix: `bench-${process.pid}-`, demoBeds: beds }
    figures.push(...(await measure('Kafka', 'kafka', kafka, say)))
    await started.broker.stop()
    return figures
  },
}

async function measure(
  title: string,
  name: string,
  changes: Partial<Config>,
  say: (line: string) => void,
): Promise<Figure[]> {
  const dataDir = temporaryFolder()
  const config = defaultConfig({ port: 0, dataDir, demo: 'on', recordingsDir: 'none', ...changes })
  const pipeline = await startPipeline(config, clock, pino({ level: 'silent' }))
  const screens: Screen[] = []
  for (let screen = 0; screen < SCREENS; screen++) {
    const socket: Screen = io(pipeline.address() ?? '', { transports: ['websocket'] })
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    await socket.emitWithAck('watch', {})
    screens.push(socket)
  }
  const seen = new Map<string, number>()
  screens[0]?.on('alert', ({ condition, patientId }) => {
    if (condition.startsWith('limit:spo2') && !seen.has(patientId)) seen.set(patientId, clock.monotonicMs())
  })
  await clock.sleep(SETTLE_MS)
  const windows = new WindowAnswers()
  await windows.start(pipeline.log, clock, (error) => say(`  windows are no longer watched: ${error.message}`))
  const latencies: number[] = []
  for (let index = 0; index < ALERTS; index++) latencies.push(await latencyOf(`bench-${index}`, pipeline.log, seen))
  // Alerts may come faster than windows end: each bed is to have had some.
  await clock.sleep(Math.max(0, LISTEN_MS - latencies.reduce((sum, latency) => sum + latency, 0)))
  await windows.stop()
  const peakRssMb = process.resourceUsage().maxRSS / 1024
  for (const screen of screens) screen.disconnect()
  await pipeline.stop()
  rmSync(dataDir, { recursive: true, force: true })
  // The beds of the alerts have said one thing only; theirs are no windows of a live stream.
  const live = windows.answers.filter(({ patientId }) => !patientId.startsWith('bench-'))
  const answers = live.map(({ closeToAnswerMs }) => closeToAnswerMs)
  say(`  ${title}: ${latencies.length} alerts, ${answers.length} windows of ${config.demoBeds} beds`)
  const both = (values: readonly number[], key: string, says: string): Figure[] =>
    [0.5, 0.99].map((q) => {
      const p = `p${q * 100}`
      return {
        name: `${name}${key}P${q * 100}Ms`,
        says: `${says}, ${title}, ${p}`,
        value: quantile(values, q),
        unit: 'ms',
      }
    })
  return [
    ...both(latencies, '', `limit alert, reading to screen, ${config.demoBeds} beds`),
    ...both(answers, 'Window', `window close to prediction, ${config.demoBeds} beds`),
    {
      name: `${name}PeakRssMb`,
      says: `peak RSS so far of all stages but the inference process, ${title}`,
      value: peakRssMb,
      unit: 'MB',
    },
  ]
}

/** One reading of a patient of its own that crosses a limit; Infinity when no screen shows it within 5 s. */
async function latencyOf(patientId: string, log: Log, seen: ReadonlyMap<string, number>): Promise<number> {
  await log.append([ENCODE.context(contextOf(patientId, clock.nowMs()))])
  await clock.sleep(20)
  const numerics = [{ code: 'spo2', value: 70, unit: '%', validity: 'valid' as const }]
  const sentMs = clock.monotonicMs()
  await log.append([ENCODE.reading(readingOf({ patientId, eventTimeMs: clock.nowMs(), numerics }))])
  while (!seen.has(patientId) && clock.monotonicMs() - sentMs < 5_000) await clock.sleep(1)
  return (seen.get(patientId) ?? Infinity) - sentMs
}

function contextOf(patientId: string, effectiveTimeMs: number): PatientContext {
  return {
    patientId,
    unitId: 'bench',
    bedId: patientId,
    effectiveTimeMs,
    ageBand: '',
    sex: 'unknown',
    diagnosis: '',
    notes: [],
    labs: [],
    consciousness: null,
    supplementalOxygen: null,
    hypercapnicTarget: false,
    deviceIds: [],
    generationMode: 'test',
  }
}
