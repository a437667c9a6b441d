import type { Logger } from 'pino'
import type { Clock } from './clock.ts'
import { type Config, PACKAGE_VERSION } from './config.ts'
import { Deadline } from './deadline.ts'
import type { Log } from './ingest/log.ts'
import { createIngestStage } from './ingest/ingest-stage.ts'
import { ConsumerLag } from './ingest/consumer-lag.ts'
import { openLog } from './ingest/open-log.ts'
import { JoinStage } from './join/join-stage.ts'
import { Metrics } from './metrics.ts'
import { createPredictor } from './predict/predictor.ts'
import { createRaiseStage } from './raise/raise-stage.ts'
import type { NamedHealth, Stage, StageName } from './stage.ts'
import { stopInOrder, type StopPart } from './stop-order.ts'
import { createStoreStage } from './store/store-stage.ts'
import { openTracer } from './trace.ts'
import type { HealthDoor } from './watch/health-door.ts'

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
  /** Where somebody makes the first account the own; null where that is done, and when this process does not watch. */
  firstAccountLink(): string | null
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
  const store = createStoreStage({
    ...shared,
    openArchive: async (signal) => (await import('./store/open-archive.ts')).openArchive(config, clock, logger, signal),
  })
  const stages: Stage[] = [
    createIngestStage(shared),
    predictor,
    new JoinStage({ ...shared, conclude: (windows) => predictor.conclude(windows) }),
    createRaiseStage(shared),
    store,
  ]
  const wants = (name: StageName): boolean => config.stages.includes(name)
  const running = (): Stage[] => stages.filter(({ name }) => wants(name))
  const health = () => inOrder(running()).map((stage) => ({ name: stage.name, ...stage.health() }))
  metrics.beforeRender(() => metrics.stages(health()))
  metrics.beforeRender(() => metrics.queueBytes.set({ queue: 'log' }, log.heldBytes))
  const lag = new ConsumerLag({ log, clock, metrics, logger })
  // Of the databases, the web server and the simulator a process loads what its stages need: one that only alarms is loaded in half
  // the processor time without them, and is back the sooner after a failure.
  const watch = wants('watch')
    ? (await import('./watch/watch-stage.ts')).createWatchStage({
        ...shared,
        archive: () => store.archive(),
        stages: health,
      })
    : null
  if (watch !== null) stages.push(watch)
  if (wantsDemo(config)) stages.push(await (await import('./demo-stage.ts')).createDemoStage(shared))

  let door: HealthDoor | null = null

  const pipeline: Pipeline = {
    log,
    address: () => watch?.address() ?? null,
    firstAccountLink: () => watch?.firstAccountLink() ?? null,
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
    if (config.metricsPort > 0 && watch === null)
      door = await (await import('./watch/health-door.ts')).openHealthDoor(config, health, metrics)
    for (const stage of running()) if (signal?.aborted !== true) await stage.start()
    lag.start()
  } catch (error) {
    await pipeline.stop()
    throw error
  }
  return pipeline
}

function wantsDemo(config: Config): boolean {
  if (!config.stages.includes('acquire')) return false
  return config.demo === 'on' || (config.demo === 'auto' && config.kafkaBrokers.length === 0)
}

function inOrder(stages: readonly Stage[]): Stage[] {
  return [...stages].sort((a, b) => (a.name < b.name ? -1 : 1))
}
