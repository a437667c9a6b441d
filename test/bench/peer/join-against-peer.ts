import { spawnSync } from 'node:child_process'
import kafkajs, { type Admin } from 'kafkajs'
import { pino } from 'pino'
import { SystemClock } from '../../../src/clock.ts'
import { defaultConfig } from '../../../src/config.ts'
import { openLog } from '../../../src/ingest/open-log.ts'
import { type BenchOptions, type Figure, median } from '../figure.ts'
import { fillTwin, REPLAYED_AFTER_MS } from './avro-twin.ts'
import { type JoinRun, runJoin } from './join-run.ts'
import { startPeerBroker } from './peer-broker.ts'
import { eventsOf, FIRST_EVENT_MS, type Load, TAIL_SECONDS } from './peer-events.ts'
import { type Digest, PeerProgram, type PeerRun } from './peer-program.ts'

const SEED = 42
const PARTITIONS = 6
const PREFIX = 'twin-'
const OUTPUT = 'twin-out'
const WINDOW_SECONDS = 10
/** The processor API is printed beside it, and not paired. */
const PAPI_RUNS = 1
const GENERATE_TRIES = 2
const clock = new SystemClock()

type Say = (line: string) => void

/**
 * Kafka Streams and ours on one broker, one after the other on the same events: from the first record processed until all
 * windows are visible, and the CPU time of each program's whole life. Every output is verified.
 */
export async function joinAgainstPeer(peerFolder: string, options: BenchOptions, say: Say): Promise<Figure[]> {
  const load: Load = { patients: options.patients, seconds: options.seconds, seed: SEED }
  const windows = load.patients * Math.floor(load.seconds / WINDOW_SECONDS)
  const broker = await startPeerBroker(peerFolder)
  const admin = new kafkajs.Kafka({ brokers: [broker.address], logLevel: kafkajs.logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const peer = await PeerProgram.build(peerFolder, broker.address, clock)
    say(`  filling the topics with ${eventsOf(load)} events, twice`)
    await generate(peer, admin, load, say)
    const shiftMs = await fill(broker.address, load)
    await clock.sleep(REPLAYED_AFTER_MS)
    // What was just written is still on its way to the disk, which costs whoever runs first.
    spawnSync('sync')
    const ours = () => measureOurs({ admin, broker: broker.address, shiftMs, load, windows, options })
    return await pairs({ admin, peer, ours, load, windows, options, say })
  } catch (error) {
    say(`  the broker's last words: ${broker.lastWords()}`)
    throw error
  } finally {
    await admin.disconnect()
    broker.stop()
  }
}

/** On a machine that is short of time its producer loses its place among its own batches, and never finds it again. */
async function generate(peer: PeerProgram, admin: Admin, load: Load, say: Say): Promise<void> {
  for (let triesLeft = GENERATE_TRIES; ; triesLeft--) {
    try {
      await peer.generate(load, PARTITIONS)
      return
    } catch (error) {
      if (triesLeft <= 0) throw error
      say(`  the peer's generator failed and begins again: ${error instanceof Error ? error.message : String(error)}`)
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith('peer-'))
      if (topics.length > 0) await admin.deleteTopics({ topics })
      await clock.sleep(1_000)
    }
  }
}

/** Appends the twin; its last event lies just before now. */
async function fill(broker: string, load: Load): Promise<number> {
  const endMs = FIRST_EVENT_MS + (load.seconds + TAIL_SECONDS) * 1_000
  const shiftMs = Math.floor((clock.nowMs() - endMs) / (WINDOW_SECONDS * 1_000)) * WINDOW_SECONDS * 1_000
  const config = defaultConfig({ kafkaBrokers: [broker], topicPrefix: PREFIX, partitions: PARTITIONS })
  const log = await openLog(config, clock, pino({ level: 'error' }, pino.destination(2)))
  await fillTwin(log, load, shiftMs)
  await log.close()
  return shiftMs
}

interface Ours {
  admin: Admin
  broker: string
  shiftMs: number
  load: Load
  windows: number
  options: BenchOptions
}

function measureOurs({ admin, broker, shiftMs, load, windows, options }: Ours): Promise<JoinRun> {
  const endMs = FIRST_EVENT_MS + load.seconds * 1_000 + shiftMs
  const member = { brokers: [broker], prefix: PREFIX, partitions: PARTITIONS, output: OUTPUT, shiftMs, endMs }
  return runJoin({ admin, clock, processes: options.processes, member, expectedWindows: windows })
}

interface Pairs {
  admin: Admin
  peer: PeerProgram
  ours: () => Promise<JoinRun>
  load: Load
  windows: number
  options: BenchOptions
  say: Say
}

async function pairs({ admin, peer, ours, load, windows, options, say }: Pairs): Promise<Figure[]> {
  const events = eventsOf(load)
  const truth: Digest[] = []
  const peerRun = async (variant: 'cogroup' | 'papi'): Promise<PeerRun> => {
    const run = await peer.run(variant, windows)
    truth.push(await peer.verify(run.output, windows))
    await admin.deleteTopics({ topics: [run.output] })
    say(`  ${variant}: ${lineOf(run, events)}`)
    return run
  }
  const cogroup: PeerRun[] = []
  const twin: JoinRun[] = []
  for (let pair = 0; pair < options.pairs; pair++) {
    cogroup.push(await peerRun('cogroup'))
    twin.push(await ours())
    truth.push(await peer.verify(OUTPUT, windows))
    say(`  ours, ${options.processes} processes: ${lineOf(twin.at(-1), events)}`)
  }
  const papi: PeerRun[] = []
  for (let run = 0; run < PAPI_RUNS; run++) papi.push(await peerRun('papi'))
  if (truth.some((digest) => !isSame(digest, truth[0]))) throw new Error(`digests differ: ${JSON.stringify(truth)}`)
  say(`  every output holds the same: ${JSON.stringify(truth[0])}`)
  return figuresOf(events, cogroup, twin, papi)
}

function figuresOf(
  events: number,
  cogroup: readonly PeerRun[],
  twin: readonly JoinRun[],
  papi: readonly PeerRun[],
): Figure[] {
  const rate = (runs: readonly (PeerRun | JoinRun)[]) => runs.map(({ activeSeconds }) => events / activeSeconds)
  const cpu = (runs: readonly (PeerRun | JoinRun)[]) => runs.map(({ cpuSeconds }) => (cpuSeconds / events) * 1e6)
  const ratios = (ours: readonly number[], theirs: readonly number[]) =>
    median(ours.map((value, pair) => value / (theirs[pair] ?? NaN)))
  const figure = (name: string, says: string, value: number, unit: string): Figure => ({ name, says, value, unit })
  const streams = 'Kafka Streams (DSL, in memory)'
  return [
    figure(
      'ratioToPeer',
      `events/s, ours to ${streams}, median of ${twin.length} pairs`,
      ratios(rate(twin), rate(cogroup)),
      '×',
    ),
    figure('cpuRatioToPeer', `CPU an event, ours to ${streams}, median of pairs`, ratios(cpu(twin), cpu(cogroup)), '×'),
    figure('eventsPerSecond', 'events through the join, Kafka', median(rate(twin)), '/s'),
    figure('cpuSecondsPerMillion', 'CPU of a million events', median(cpu(twin)), 's'),
    figure('peakRssMb', 'peak RSS of all its processes', median(twin.map(({ peakRssMb }) => peakRssMb)), 'MB'),
    figure('peerEventsPerSecond', `events, ${streams}`, median(rate(cogroup)), '/s'),
    figure('peerCpuSecondsPerMillion', `CPU of a million events, ${streams}`, median(cpu(cogroup)), 's'),
    figure('peerPeakRssMb', `peak RSS, ${streams}`, median(cogroup.map(({ peakRssMb }) => peakRssMb)), 'MB'),
    figure(
      'papiRatio',
      'events/s, ours to Kafka Streams (Processor API)',
      median(rate(twin)) / median(rate(papi)),
      '×',
    ),
    figure(
      'papiCpuRatio',
      'CPU an event, ours to Kafka Streams (Processor API)',
      median(cpu(twin)) / median(cpu(papi)),
      '×',
    ),
    figure('papiEventsPerSecond', 'events, Kafka Streams (Processor API)', median(rate(papi)), '/s'),
    figure(
      'papiCpuSecondsPerMillion',
      'CPU of a million events, Kafka Streams (Processor API)',
      median(cpu(papi)),
      's',
    ),
  ]
}

function lineOf(run: PeerRun | JoinRun | undefined, events: number): string {
  if (run === undefined) return 'not run'
  const { activeSeconds, cpuSeconds, peakRssMb } = run
  const rate = Math.round(events / activeSeconds)
  const cpu = ((cpuSeconds / events) * 1e6).toFixed(1)
  return `${activeSeconds.toFixed(2)} s, ${rate} events/s, ${cpu} CPU s a million, ${Math.round(peakRssMb)} MB`
}

/** Integers exactly; the sum of squares to the rounding of its order. */
function isSame(digest: Digest, other: Digest | undefined): boolean {
  if (other === undefined) return false
  const { audioSumSq, ...exact } = digest
  const { audioSumSq: otherSumSq, ...otherExact } = other
  return JSON.stringify(exact) === JSON.stringify(otherExact) && Math.abs(audioSumSq / otherSumSq - 1) < 1e-12
}
