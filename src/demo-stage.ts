import { join } from 'node:path'
import type { Logger } from 'pino'
import { createDemoWard } from './acquire/demo-ward.ts'
import { createRecordedBeds } from './acquire/recorded-bed.ts'
import { createSimulatedBeds } from './acquire/simulated-bed.ts'
import { readWardStart } from './acquire/ward-cursor.ts'
import type { Clock } from './clock.ts'
import { type Config, recordingsFolder } from './config.ts'
import type { Log } from './ingest/log.ts'
import { ENCODE } from './ingest/outbound.ts'
import { logPublisher } from './log-publisher.ts'
import type { Metrics } from './metrics.ts'
import type { Stage } from './stage.ts'
import type { Tracer } from './trace.ts'

/** Beds that replay real recordings, where they are there; the others keep the scripted trouble. */
const RECORDED_BEDS = 1

interface DemoStageOptions {
  tracer: Tracer
  log: Log
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
}

/** The demo ward as the acquire stage: simulated beds and recorded ones, published with a spool of their own. */
export async function createDemoStage({
  log,
  config,
  clock,
  metrics,
  logger,
  tracer,
}: DemoStageOptions): Promise<Stage> {
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
  const publisher = logPublisher(log, { folder: join(config.dataDir, 'spool'), clock, logger, metrics, tracer })
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
