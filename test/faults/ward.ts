import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Config, defaultConfig } from '../../src/config.ts'
import { RETRYABLE, VigilError } from '../../src/errors.ts'
import type { Log } from '../../src/ingest/log.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import { clock, eventually } from '../live/ward-process.ts'
import type { Lane } from './lane.ts'
import { Load } from './load.ts'
import { VigilProcess, type VigilOptions } from './vigil-process.ts'

export interface WardOptions {
  lane: Lane
  prefix: string
  seed: number
  windowSizeMs?: number
  models?: readonly string[]
  /** More settings of every process. */
  settings?: readonly string[]
}

const PARTITIONS = 6
const BEDS_PER_PARTITION = 2
const TOPICS_WITHIN_MS = 30_000
/** A broker that does not come back must not hold up the series for ever. */
const LOAD_ENDS_WITHIN_MS = 60_000
const POLL_MS = 400

/** Several Vigil processes in one group, and a seeded load on their topics. */
export class Ward {
  readonly lane: Lane
  readonly config: Config
  readonly log: Log
  readonly #audible: boolean
  readonly #seed: number
  readonly #settings: readonly string[]
  #load: Load | null = null
  /** All there were; a guest or the version before stays in it. */
  readonly processes: VigilProcess[] = []
  /** Those that are there without a fault: all that had joined when the load began. */
  own: readonly VigilProcess[] = []
  /** Of the processes behind a cable of their own. */
  readonly namespaces: string[] = []
  readonly troubles: string[] = []

  private constructor({ lane, seed, models = [], settings = [] }: WardOptions, config: Config, log: Log) {
    this.lane = lane
    this.config = config
    this.log = log
    this.#seed = seed
    this.#settings = settings
    this.#audible = models.length > 0
  }

  static async open(options: WardOptions): Promise<Ward> {
    const { lane, prefix, windowSizeMs = 2_000, models = [] } = options
    const config = defaultConfig({
      kafkaBrokers: lane.broker.brokers,
      topicPrefix: prefix,
      partitions: PARTITIONS,
      windowSizeMs,
      windowGraceMs: 500,
      models,
    })
    const log = await eventually('the topics are there', TOPICS_WITHIN_MS, () => opened(config))
    return new Ward(options, config, log)
  }

  /** The settings of a process of this ward. */
  args(stages = 'ingest,join,predict,raise', brokers = this.config.kafkaBrokers): string[] {
    const { topicPrefix, partitions, windowSizeMs, windowGraceMs, models } = this.config
    const settings = {
      stages,
      'kafka-brokers': brokers.join(','),
      'topic-prefix': topicPrefix,
      partitions,
      'window-size-ms': windowSizeMs,
      'window-grace-ms': windowGraceMs,
      models: models.join(','),
      demo: 'off',
    }
    return [...Object.entries(settings).map(([name, value]) => `--${name}=${value}`), ...this.#settings]
  }

  startLoad(): void {
    this.own = [...this.processes]
    const { windowSizeMs } = this.config
    const options = { log: this.log, seed: this.#seed, bedsPerPartition: BEDS_PER_PARTITION, audible: this.#audible }
    this.#load = new Load({ ...options, windowSizeMs })
    this.#load.start()
  }

  /** Resolves when all readings are in the log, and the heartbeats after which every window can close. */
  async endLoad(): Promise<void> {
    const late = clock.sleep(LOAD_ENDS_WITHIN_MS).then(() => {
      throw new Error('the log does not take the end of the load')
    })
    await Promise.race([this.#load?.end(), late])
  }

  /** One more process of the alarm path, started. */
  async join(options: Partial<VigilOptions> = {}): Promise<VigilProcess> {
    const process = new VigilProcess({ args: this.args(), ...options })
    this.processes.push(process)
    await process.start()
    return process
  }

  /** A process that reaches the broker over a cable that can be pulled. */
  async joinBehindCable(): Promise<VigilProcess> {
    const { network, broker } = this.lane
    if (network === null) throw new Error('there are no network namespaces here')
    const namespace = network.namespace()
    this.namespaces.push(namespace)
    return this.join({ args: this.args(undefined, broker.otherBrokers), namespace })
  }

  /** Waits until every partition has written so many results since it was asked; false when it does not come. */
  async isLive(withinMs: number): Promise<boolean> {
    const untilMs = clock.monotonicMs() + withinMs
    let before: readonly number[] | null = null
    while (clock.monotonicMs() < untilMs) {
      const now = await this.#ends()
      before ??= now
      // Two beds in a partition: a window each, and as many states of alarms.
      if (now?.every((end, index) => end - (before?.[index] ?? Infinity) >= BEDS_PER_PARTITION) === true) return true
      await clock.sleep(POLL_MS)
    }
    return false
  }

  /** Ends processes as a supervisor does, and says which did not end well. */
  async stop(processes: readonly VigilProcess[] = this.processes): Promise<void> {
    await Promise.all(
      processes.map(async (process) => {
        if (!process.running) return
        const { code, tookMs } = await process.end('SIGTERM')
        if (code === 0 && tookMs <= 10_000) return
        this.troubles.push(`a stop took ${Math.round(tookMs)} ms and ended with ${code}: ${tailOf(process)}`)
      }),
    )
  }

  /** Which processes ended though nobody asked them to. */
  endedByThemselves(): string[] {
    return this.processes
      .filter((process) => process.endedByItself)
      .map((process) => `a process ended by itself: ${tailOf(process)}`)
  }

  /** Writes what each process printed into a folder, under the run's own name. */
  keepOutputs(folder: string): void {
    const { topicPrefix } = this.config
    for (const [number, { output }] of this.processes.entries())
      writeFileSync(join(folder, `${topicPrefix}process-${number + 1}.log`), output)
  }

  async close(): Promise<void> {
    this.#load?.abandon()
    await Promise.allSettled(this.processes.map((process) => process.remove()))
    for (const namespace of this.namespaces) this.lane.network?.removeNamespace(namespace)
    await this.log.close()
  }

  /** null: a broker that has just come back does not lead its partitions yet. */
  async #ends(): Promise<number[] | null> {
    try {
      const topics = ['predictions', 'alert-state'] as const
      return (await Promise.all(topics.map((topic) => this.log.endOffsets(topic)))).flat()
    } catch {
      return null
    }
  }
}

/** null: a broker that has just been started may not lead the topics yet that it has just made. */
async function opened(config: Config): Promise<Log | null> {
  try {
    return await openLog(config, clock, pino({ level: 'silent' }))
  } catch (error) {
    if (error instanceof VigilError && RETRYABLE.has(error.code)) return null
    throw error
  }
}

/** The last that a process said of what is wrong. */
export function tailOf(process: VigilProcess): string {
  const lines = process.output.trim().split('\n')
  return lines
    .filter((line) => !line.startsWith('{"level":30'))
    .slice(-3)
    .join(' | ')
    .slice(-600)
}
