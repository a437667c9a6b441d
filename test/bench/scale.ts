import { writeFileSync } from 'node:fs'
import kafkajs, { type Admin } from 'kafkajs'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { startKafkaBroker } from '../live/kafka-broker.ts'
import { type Benchmark, type Figure, median } from './figure.ts'
import { fillTwin, REPLAYED_AFTER_MS } from './peer/avro-twin.ts'
import { type JoinRun, type JoinRunOptions, runJoin } from './peer/join-run.ts'
import { FIRST_EVENT_MS, type Load, type PeerEvent, TAIL_SECONDS } from './peer/peer-events.ts'
import { drawScale, type ScalePoint } from './scale-plot.ts'

const SEED = 42
const PARTITIONS = 12
const WINDOW_MS = 10_000
const MOST_RUNS = 3
const PROCESSES = [1, 2, 4]
/** What the loads are made for; with other `--seconds` all of them are shorter or longer in proportion. */
const WHOLE_SECONDS = 1_200
/** Past the end of the last window and its grace. */
const TAIL_MS = 7_000
/** Of the curve over processes. */
const WARD: Load = { patients: 64, seconds: 1_200, seed: SEED }
/** Of the curve over patients: some 600 000 readings each, and six windows at least. */
const WARDS: readonly Load[] = [
  { patients: 10, seconds: 5_000, seed: SEED },
  { patients: 50, seconds: 1_000, seed: SEED },
  { patients: 200, seconds: 250, seed: SEED },
  { patients: 500, seconds: 100, seed: SEED },
  { patients: 1_000, seconds: 60, seed: SEED },
  { patients: 2_000, seconds: 60, seed: SEED },
]
/** The curve over patients is one of cost: read by one process, so that nothing but the patients differs. */
const COST_PROCESSES = 1
const clock = new SystemClock()

/**
 * The join on 12 partitions of Kafka, on the peer's readings: throughput with 1, 2 and 4 processes, and the CPU time of a
 * million readings with 10 to 2,000 patients. CPU from the first record to the last window: what a process costs to start
 * is the same for any ward.
 */
export const scale: Benchmark = {
  name: 'scale',
  run: async (say, { plot, seconds, pairs }) => {
    const started = await startKafkaBroker()
    if (!started.ok) {
      say(`  left out: ${started.missing}`)
      return []
    }
    const { broker } = started
    const admin = new kafkajs.Kafka({ brokers: [...broker.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    try {
      const stretch = seconds / WHOLE_SECONDS
      const bench = { admin, brokers: broker.brokers, stretch, runs: Math.min(MOST_RUNS, pairs), say }
      const filled: Filled[] = []
      for (const load of [WARD, ...WARDS]) filled.push(await fill(bench, load))
      await clock.sleep(REPLAYED_AFTER_MS)
      const [ward, ...wards] = filled
      const byProcesses = ward === undefined ? [] : await measure(bench, ward, PROCESSES, ({ processes }) => processes)
      const byPatients: ScalePoint[] = []
      for (const each of wards)
        byPatients.push(...(await measure(bench, each, [COST_PROCESSES], ({ patients }) => patients)))
      if (plot !== null) writeFileSync(plot, drawScale(byProcesses, byPatients))
      return [...byProcesses.flatMap(processFigures), ...byPatients.flatMap(patientFigures)]
    } finally {
      await admin.disconnect()
      await broker.stop()
    }
  },
}

interface Bench {
  admin: Admin
  brokers: readonly string[]
  stretch: number
  runs: number
  say: (line: string) => void
}

/** A load that lies in the log. */
interface Filled {
  patients: number
  events: number
  expectedWindows: number
  member: JoinRunOptions['member']
}

async function fill({ brokers, stretch }: Bench, whole: Load): Promise<Filled> {
  const windows = Math.max(1, Math.round((whole.seconds * 1_000 * stretch) / WINDOW_MS))
  const load: Load = { ...whole, seconds: (windows * WINDOW_MS) / 1_000 }
  const { patients } = load
  const prefix = `scale-${patients}-`
  const endMs = FIRST_EVENT_MS + windows * WINDOW_MS
  const shiftMs = Math.floor((clock.nowMs() - endMs - TAIL_SECONDS * 1_000) / WINDOW_MS) * WINDOW_MS
  const config = defaultConfig({ kafkaBrokers: [...brokers], topicPrefix: prefix, partitions: PARTITIONS })
  const log = await openLog(config, clock, pino({ level: 'error' }, pino.destination(2)))
  const events = await fillTwin(log, load, shiftMs, (event) => isWanted(event, endMs))
  await log.close()
  const output = `${prefix}out`
  const member = { brokers, prefix, partitions: PARTITIONS, output, shiftMs, endMs: endMs + shiftMs }
  return { patients, events, expectedWindows: patients * windows, member }
}

async function measure(
  { admin, runs: runCount, say }: Bench,
  { patients, events, expectedWindows, member }: Filled,
  processCounts: readonly number[],
  at: (what: { processes: number; patients: number }) => number,
): Promise<ScalePoint[]> {
  const points: ScalePoint[] = []
  for (const processes of processCounts) {
    const runs: JoinRun[] = []
    for (let run = 0; run < runCount; run++)
      runs.push(await runJoin({ admin, clock, processes, member, expectedWindows }))
    const eventsPerSecond = events / median(runs.map(({ activeSeconds }) => activeSeconds))
    const cpuSecondsPerMillion = (median(runs.map(({ activeCpuSeconds }) => activeCpuSeconds)) / events) * 1e6
    points.push({ at: at({ processes, patients }), eventsPerSecond, cpuSecondsPerMillion })
    const cost = `${Math.round(eventsPerSecond)} readings/s, ${cpuSecondsPerMillion.toFixed(1)} CPU s a million`
    say(`  ${patients} patients, ${processes} processes: ${cost}`)
  }
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(member.prefix))
  await admin.deleteTopics({ topics })
  return points
}

/** A tail as dense as the rest would be a third of the shortest load, and cheaper to read: without sounds and frames. */
function isWanted({ kind, sequence, eventTimeMs }: PeerEvent, endMs: number): boolean {
  if (eventTimeMs < endMs) return true
  return eventTimeMs < endMs + TAIL_MS && (kind !== 'vitals' || sequence % 10 === 0)
}

function processFigures({ at, eventsPerSecond, cpuSecondsPerMillion }: ScalePoint): Figure[] {
  const says = at === 1 ? '1 process' : `${at} processes`
  return [
    {
      name: `processes${at}EventsPerSecond`,
      says: `readings through the join, ${says}`,
      value: eventsPerSecond,
      unit: '/s',
    },
    {
      name: `processes${at}CpuSecondsPerMillion`,
      says: `CPU of a million readings, ${says}`,
      value: cpuSecondsPerMillion,
      unit: 's',
    },
  ]
}

function patientFigures({ at, cpuSecondsPerMillion }: ScalePoint): Figure[] {
  const says = `CPU of a million readings, ${at} patients, 1 process`
  return [{ name: `patients${at}CpuSecondsPerMillion`, says, value: cpuSecondsPerMillion, unit: 's' }]
}
