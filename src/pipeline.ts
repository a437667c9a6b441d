import { join } from 'node:path'
import { type Logger } from 'pino'
import { createDemoWard } from './acquire/demo-ward.ts'
import { SpoolingPublisher } from './acquire/publisher.ts'
import { createRecordedBeds } from './acquire/recorded-bed.ts'
import { createSimulatedBeds } from './acquire/simulated-bed.ts'
import { readWardStart } from './acquire/ward-cursor.ts'
import { type Clock } from './clock.ts'
import { type Config, PACKAGE_VERSION, recordingsFolder } from './config.ts'
import { Deadline } from './deadline.ts'
import { type Log } from './ingest/log.ts'
import { deadLetterOfRefused } from './ingest/dead-letter.ts'
import { createIngestStage } from './ingest/ingest-stage.ts'
import { ConsumerLag } from './ingest/consumer-lag.ts'
import { openLog } from './ingest/open-log.ts'
import { ENCODE, readingOf } from './ingest/outbound.ts'
import { JoinStage } from './join/join-stage.ts'
import { Metrics } from './metrics.ts'
import { createPredictor } from './predict/predictor.ts'
import { createRaiseStage } from './raise/raise-stage.ts'
import { type NamedHealth, type Stage, type StageName } from './stage.ts'
import { stopInOrder, type StopPart } from './stop-order.ts'
import { openArchive } from './store/open-archive.ts'
import { createStoreStage } from './store/store-stage.ts'
import { openTracer, type Tracer } from './trace.ts'
import { type HealthDoor, openHealthDoor } from './watch/health-door.ts'
import { createWatchStage } from './watch/watch-stage.ts'

/** Beds of the demo ward that replay real recordings, where they are there; the others keep the scripted trouble. */
const RECORDED_BEDS = 1
const SPOOL_RETRY_MS = 1_000
/** All of a stop, whatever hangs in it. */
const STOP_WITHIN_MS = 9_000
const LAST_TRACES_MS = 1_000
const LAST_MOMENT_MS = 50

/** The archive and the screens try again by themselves, and no alert waits for the archive: their failure ends nothing. */
const NEEDED: ReadonlySet<StageName> = new Set(['ingest', 'join', 'raise'])

export interface Pipeline {
  readonly log: Log
  /** The dashboard's address, or null when this process does not watch. */
  address(): string | null
  health(): NamedHealth[]
  /** A stage without which nobody is alarmed, and that does not go on by itself; null while there is none. */
  lost(): NamedHealth | null
  readonly metrics: Metrics
  /** Ends within 9 s. Names what did not come to its end and was left behind: its work is done again at the next start. */
  stop(): Promise<readonly string[]>
}

/**
 * The way of a reading: acquire, ingest, join, predict, raise, store, watch. Starts the stages that the configuration names;
 * after the signal no further ones.
 */
export async function startPipeline(
  config: Config,
  clock: Clock,
  logger: Logger,
  signal?: AbortSignal,
): Promise<Pipeline> {
  const metrics = new Metrics()
  metrics.describeProcess(PACKAGE_VERSION)
  const log = await openLog(config, clock, logger, metrics)
  const tracer = await openTracer(config, PACKAGE_VERSION, metrics, logger)
  const shared = { log, config, clock, metrics, logger, tracer }

  const predictor = createPredictor({ config, clock, metrics, logger, tracer })
  const store = createStoreStage({ ...shared, openArchive: (signal) => openArchive(config, clock, logger, signal) })
  const stages: Stage[] = [
    createIngestStage(shared),
    predictor,
    new JoinStage({ ...shared, conclude: (windows) => predictor.predict(windows) }),
    createRaiseStage(shared),
    store,
  ]
  const running = (): Stage[] => stages.filter(({ name }) => config.stages.includes(name))
  const health = () => inOrder(running()).map((stage) => ({ name: stage.name, ...stage.health() }))
  metrics.beforeRender(() => metrics.stages(health()))
  metrics.beforeRender(() => metrics.queueBytes.set({ queue: 'log' }, log.heldBytes))
  const lag = new ConsumerLag({ log, clock, metrics, logger })
  const watch = createWatchStage({ ...shared, archive: () => store.archive(), stages: health })
  stages.push(watch)
  if (wantsDemo(config)) stages.push(await demoWard(shared))

  let door: HealthDoor | null = null

  const pipeline: Pipeline = {
    log,
    address: () => (config.stages.includes('watch') ? watch.address() : null),
    health,
    lost: () => health().find(({ name, state }) => state === 'failed' && NEEDED.has(name)) ?? null,
    metrics,
    // What feeds stops first, the log last. What hangs takes no time from what comes after it.
    stop: async () => {
      lag.stop()
      const deadline = Deadline.in(STOP_WITHIN_MS, { clock, logger })
      const stagesOf = (...names: readonly StageName[]): StopPart[] =>
        running()
          .filter(({ name }) => names.includes(name))
          .map((stage) => ({ what: stage.name, stop: (own) => stage.stop(own) }))
      // Spans that nobody takes are lost and counted; they are no work that is left to be done, so their deadline is their own.
      const traces = (own: Deadline): Promise<void> =>
        Deadline.in(Math.min(own.leftMs - LAST_MOMENT_MS, LAST_TRACES_MS), { clock, logger }).wait(
          tracer.close(),
          'the last traces',
        )
      const steps = [
        { promisedMs: 200, parts: [{ what: 'the door', stop: async () => door?.close() }] },
        { promisedMs: 1_000, parts: stagesOf('acquire', 'ingest') },
        // Its last windows, then the group.
        { promisedMs: 3_500, parts: stagesOf('join') },
        { promisedMs: 300, parts: stagesOf('predict') },
        { promisedMs: 2_500, parts: stagesOf('raise', 'store', 'watch') },
        { promisedMs: 200, parts: [{ what: 'the traces', stop: traces }] },
        { promisedMs: 1_000, parts: [{ what: 'the log', stop: (own: Deadline) => log.close(own) }] },
      ]
      await stopInOrder(steps, deadline, logger)
      return deadline.leftBehind
    },
  }
  try {
    if (config.metricsPort > 0 && !config.stages.includes('watch')) door = await openHealthDoor(config, health, metrics)
    for (const stage of running()) if (signal?.aborted !== true) await stage.start()
    lag.start()
  } catch (error) {
    await pipeline.stop()
    throw error
  }
  return pipeline
}

async function demoWard({ log, config, clock, metrics, logger, tracer }: Shared): Promise<Stage> {
  const cursorFile = join(config.dataDir, 'demo-ward.json')
  const startMs = await readWardStart(cursorFile, clock)
  const recordings = recordingsFolder(config)
  const recorded =
    recordings === null
      ? []
      : await createRecordedBeds({
          folder: recordings,
          firstBed: Math.max(1, config.demoBeds - RECORDED_BEDS + 1),
          count: Math.min(RECORDED_BEDS, config.demoBeds),
          startMs,
          cacheFolder: join(config.dataDir, 'recordings'),
          logger,
        })
  const simulated = createSimulatedBeds({ beds: config.demoBeds - recorded.length, seed: config.demoSeed, startMs })
  const publisher = publisherOf(log, { folder: join(config.dataDir, 'spool'), clock, logger, metrics, tracer })
  metrics.beforeRender(() => metrics.queueBytes.set({ queue: 'spool' }, publisher.spooledBytes))
  const { clockToleranceMs } = config
  const sources = [...simulated, ...recorded]
  const ward = createDemoWard({
    sources,
    clock,
    encode: ENCODE,
    publisher,
    cursorFile,
    startMs,
    clockToleranceMs,
    logger,
  })
  return {
    name: 'acquire',
    start: async () => {
      await publisher.open()
      await ward.start()
    },
    stop: async (deadline) => {
      await ward.stop(deadline)
      await publisher.close()
    },
    health: () => {
      const { away, spooled } = publisher.state()
      const health = ward.health()
      if (!away || health.state === 'stopped') return health
      return { state: 'degraded', detail: `the log is away: ${spooled} readings wait on disk` }
    },
  }
}

/** Where acquire leaves its records: the log, or a folder of its own on disk while the log is away. */
export function publisherOf(log: Log, { folder, clock, logger, metrics, tracer }: PublisherOptions): SpoolingPublisher {
  return new SpoolingPublisher({
    refused: (record, code) => deadLetterOfRefused(record, code, clock.nowMs()),
    append: (records) => log.append(records),
    folder,
    clock,
    logger,
    retryMs: SPOOL_RETRY_MS,
    tracing: tracer === undefined ? null : { tracer, readingOf },
    onSpooled: (records) => metrics?.spooledReadings.inc(records),
  })
}

interface PublisherOptions {
  folder: string
  clock: Clock
  logger: Logger
  metrics?: Metrics
  tracer?: Tracer
}

interface Shared {
  tracer: Tracer
  log: Log
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
}

function wantsDemo(config: Config): boolean {
  if (!config.stages.includes('acquire')) return false
  return config.demo === 'on' || (config.demo === 'auto' && config.kafkaBrokers.length === 0)
}

function inOrder(stages: readonly Stage[]): Stage[] {
  return [...stages].sort((a, b) => (a.name < b.name ? -1 : 1))
}
