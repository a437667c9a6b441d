import { type ChildProcess, fork, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig, PACKAGE_ROOT } from '../../src/config.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { startKafkaBroker } from '../live/kafka-broker.ts'
import { temporaryFolder } from '../live/ward-process.ts'
import type { BedLoadOptions, BedLoadSays } from './bed-load-messages.ts'
import { type Benchmark, type Figure, quantile } from './figure.ts'
import { childrenOf, cpuSecondsOf } from './process-cost.ts'
import { type WindowAnswer, WindowAnswers } from './window-answers.ts'

const LOAD = fileURLToPath(new URL(`./bed-load${extname(import.meta.url)}`, import.meta.url))
const SEED = 42
const PARTITIONS = 12
const LEAST_BEDS = 8
const MOST_BEDS = 2_048
/** The search ends when the ward that is too large is not much larger than the one that is not. */
const FINEST_STEP = 1.2
/** Until every feed has been heard and code is warm. */
const SETTLE_MS = 25_000
const LISTEN_MS = 60_000
const WINDOW_MS = 10_000
const ANSWERED_WITHIN_MS = 1_000
/** The later half of the windows may not be answered so much later than the first. */
const MOST_GROWTH_MS = 500
/** Windows that must have been answered, by the model too. */
const ANSWERED_SHARE = 0.99
const clock = new SystemClock()

interface Sustained {
  beds: number
  isSustained: boolean
  why: string
  p50Ms: number
  p99Ms: number
  /** in cores, by process */
  cores: Readonly<Record<string, number>>
}

/**
 * How many beds this machine watches in real time, with the model; searched from `--beds` up or down. Vitals, heart sound and
 * video of each bed every second, windows of 10 s, Kafka, and join, predict and raise in one `vigil` process, with as many inference
 * processes as there are cores. Watched means: from the close of a window to its prediction under 1 s at p99, all windows answered by the
 * model, and the answers not falling behind. The broker and the load share the machine.
 */
export const beds: Benchmark = {
  name: 'beds',
  run: async (say, { beds: first }) => {
    const started = await startKafkaBroker()
    if (!started.ok) {
      say(`  left out: ${started.missing}`)
      return []
    }
    const tried: Sustained[] = []
    const attempt = async (count: number): Promise<boolean> => {
      const result = await watch(count, started.broker.brokers)
      tried.push(result)
      say(`  ${lineOf(result)}`)
      return result.isSustained
    }
    let good = 0
    let bad = first
    while (bad <= MOST_BEDS && (await attempt(bad))) [good, bad] = [bad, bad * 2]
    for (let fewer = first; good === 0 && fewer >= 2 * LEAST_BEDS;) {
      fewer = Math.floor(fewer / 2)
      if (await attempt(fewer)) good = fewer
      else bad = fewer
    }
    while (good > 0 && bad <= MOST_BEDS && bad / good > FINEST_STEP) {
      const between = Math.round((good + bad) / 2)
      if (await attempt(between)) good = between
      else bad = between
    }
    await started.broker.stop()
    return figuresOf(good, tried)
  },
}

async function watch(count: number, brokers: readonly string[]): Promise<Sustained> {
  const prefix = `beds-${count}-`
  const dataDir = temporaryFolder()
  const config = defaultConfig({ kafkaBrokers: [...brokers], topicPrefix: prefix, partitions: PARTITIONS })
  const log = await openLog(config, clock, pino({ level: 'error' }, pino.destination(2)))
  const ward = await startWard(brokers, prefix, dataDir)
  const loadOptions: BedLoadOptions = { brokers, prefix, partitions: PARTITIONS, beds: count, seed: SEED }
  const load = fork(LOAD, [JSON.stringify(loadOptions)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let loadBehindMs = 0
  load.on('message', ({ behindMs }: BedLoadSays) => (loadBehindMs = Math.max(loadBehindMs, behindMs)))
  const windows = new WindowAnswers()
  try {
    await clock.sleep(SETTLE_MS)
    loadBehindMs = 0
    const processes = {
      ward: [ward.pid],
      inference: childrenOf(ward.pid),
      load: [load.pid],
      broker: childrenOf(process.pid).filter(isJava),
    }
    await windows.start(log, clock, (error) => process.stderr.write(`${error.message}\n`))
    const before = cpuOf(processes)
    const listenedMs = await listen(ward)
    const cores = Object.entries(cpuOf(processes)).map(([name, seconds]) => {
      return [name, (seconds - (before[name] ?? 0)) / (listenedMs / 1_000)] as const
    })
    return verdict(count, windows.answers, loadBehindMs, Object.fromEntries(cores))
  } finally {
    await windows.stop()
    for (const child of [load, ward]) await end(child)
    await log.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Listens for its time; throws when the ward ends. */
async function listen(ward: ChildProcess): Promise<number> {
  const startedMs = clock.monotonicMs()
  while (clock.monotonicMs() - startedMs < LISTEN_MS) {
    if (ward.exitCode !== null || ward.signalCode !== null) throw new Error('the ward ended')
    await clock.sleep(250)
  }
  return clock.monotonicMs() - startedMs
}

async function startWard(brokers: readonly string[], prefix: string, dataDir: string): Promise<ChildProcess> {
  const processes = String(availableParallelism())
  const args = ['--stages', 'ingest,join,predict,raise', '--data', dataDir, '--log-level', 'error']
  args.push('--predict-processes', processes)
  const kafka = ['--kafka-brokers', brokers.join(','), '--topic-prefix', prefix, '--partitions', String(PARTITIONS)]
  const ward = spawn(process.execPath, [join(PACKAGE_ROOT, 'dist/src/main.js'), 'start', ...args, ...kafka], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // It prints its stages when it has started.
  await new Promise<void>((resolve, reject) => {
    ward.stdout.on('data', (text: Buffer) => (text.includes('raise') ? resolve() : undefined))
    ward.once('exit', (code) => reject(new Error(`the ward ended with ${code ?? '?'}`)))
  })
  return ward
}

function verdict(
  count: number,
  answers: readonly WindowAnswer[],
  loadBehindMs: number,
  cores: Readonly<Record<string, number>>,
): Sustained {
  const latencies = answers.map(({ closeToAnswerMs }) => closeToAnswerMs)
  const [p50Ms, p99Ms] = [quantile(latencies, 0.5), quantile(latencies, 0.99)]
  const result = { beds: count, isSustained: false, p50Ms, p99Ms, cores }
  if (loadBehindMs > WINDOW_MS / 5)
    return { ...result, why: `the load itself is ${Math.round(loadBehindMs)} ms behind` }
  // The windows at the edges of the time that was listened may lie outside.
  const expected = count * (LISTEN_MS / WINDOW_MS - 1)
  const withModel = answers.filter((answer) => answer.withModel).length
  if (answers.length < expected * ANSWERED_SHARE) return { ...result, why: `${answers.length} of ${expected} windows` }
  if (withModel < answers.length * ANSWERED_SHARE)
    return { ...result, why: `${answers.length - withModel} of ${answers.length} windows without the model` }
  if (p99Ms >= ANSWERED_WITHIN_MS) return { ...result, why: 'answers are late' }
  const inOrder = [...answers].sort((a, b) => a.answeredAtMs - b.answeredAtMs).map(({ endToAnswerMs }) => endToAnswerMs)
  const half = Math.floor(inOrder.length / 2)
  const growthMs = quantile(inOrder.slice(half), 0.5) - quantile(inOrder.slice(0, half), 0.5)
  if (growthMs > MOST_GROWTH_MS) return { ...result, why: `answers fall behind by ${Math.round(growthMs)} ms` }
  return { ...result, isSustained: true, why: 'watched' }
}

function figuresOf(good: number, tried: readonly Sustained[]): Figure[] {
  const best = tried.find((result) => result.beds === good)
  const figures: Figure[] = [{ name: 'beds', says: 'beds watched in real time, with the model', value: good, unit: '' }]
  if (best === undefined) return figures
  figures.push(
    { name: 'windowP50Ms', says: `window close to prediction, ${good} beds, p50`, value: best.p50Ms, unit: 'ms' },
    { name: 'windowP99Ms', says: `window close to prediction, ${good} beds, p99`, value: best.p99Ms, unit: 'ms' },
  )
  for (const [name, value] of Object.entries(best.cores))
    figures.push({ name: `${name}Cores`, says: `CPU of ${name}, ${good} beds`, value, unit: 'cores' })
  return figures
}

function lineOf({ beds: count, why, p50Ms, p99Ms, cores }: Sustained): string {
  const used = Object.entries(cores).map(([name, value]) => `${name} ${value.toFixed(2)}`)
  return `${count} beds: ${why}; p50 ${Math.round(p50Ms)} ms, p99 ${Math.round(p99Ms)} ms; cores: ${used.join(', ')}`
}

type Processes = Readonly<Record<string, readonly (number | undefined)[]>>

function cpuOf(processes: Processes): Record<string, number> {
  const sumOf = (pids: readonly (number | undefined)[]): number =>
    pids.reduce<number>((sum, pid) => sum + cpuSecondsOf(pid), 0)
  return Object.fromEntries(Object.entries(processes).map(([name, pids]) => [name, sumOf(pids)]))
}

/** A broker that we started ourselves, and no other machine's. */
function isJava(pid: number): boolean {
  return readOrEmpty(`/proc/${pid}/comm`).trim() === 'java'
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const killing = clock.after(12_000, () => child.kill('SIGKILL'))
  await exited
  killing.cancel()
}
