import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Batch, Log, Subscription } from '../ingest/log.ts'
import type { Metrics } from '../metrics.ts'
import type { Stage, StageHealth } from '../stage.ts'
import type { Tracer } from '../trace.ts'
import { alarmRules } from './alarm-rules.ts'
import { PartitionKeeper } from './partition-keeper.ts'
import { RAISE_GROUP, RAISE_TOPICS } from './raise-topics.ts'

export interface RaiseStageOptions {
  log: Log
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
  tracer?: Tracer
}

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 10_000

/**
 * Raises alerts. The log is its only memory, so when reading ends on an error it begins again as after a crash, sooner or
 * later, and says that it is degraded until then.
 */
export function createRaiseStage(options: RaiseStageOptions): Stage {
  const { log, clock, logger } = options
  let health: StageHealth = { state: 'stopped', detail: 'not started' }
  let subscription: Subscription | null = null
  let retry: Timer | null = null
  let retryMs = FIRST_RETRY_MS
  let running = false

  const runs = (): void => {
    retryMs = FIRST_RETRY_MS
    if (running) health = { state: 'running', detail: 'limits, predictions and silence are watched' }
  }

  async function subscribe(): Promise<void> {
    let failed = false
    let mine: Subscription | null = null
    const keeper = new PartitionKeeper({
      ...options,
      rules: alarmRules(options.config),
      commit: async (partition, positions) => (await mine?.commit(partition, positions)) ?? 'away',
    })
    const opened = await log.subscribe({
      group: RAISE_GROUP,
      topics: RAISE_TOPICS,
      tables: ['patient-context'],
      delivery: 'arrival',
      from: 'beginning',
      receiver: {
        assigned: (partitions, signal) => keeper.assigned(partitions, signal),
        revoked: async (partitions) => keeper.revoked(partitions),
        receive: async (batch: Batch) => {
          await keeper.receive(batch)
          runs()
        },
      },
      onFailed: (error) => {
        failed = true
        subscription = null
        again(error)
      },
    })
    mine = opened
    if (failed) return
    if (running) subscription = opened
    else await opened.stop()
  }

  function again(error: unknown): void {
    if (!running) return
    logger.error({ err: error, retryMs }, 'alarms are not watched; reading begins again')
    health = { state: 'degraded', detail: 'alarms are not watched: the log failed; reading begins again' }
    retry = clock.after(retryMs, () => void subscribe().catch(again))
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
  }

  return {
    name: 'raise',
    async start() {
      running = true
      health = { state: 'starting', detail: 'states of alarms are being read' }
      await subscribe()
      if (health.state === 'starting') runs()
    },
    async stop(deadline) {
      running = false
      retry?.cancel()
      await subscription?.stop(deadline)
      subscription = null
      health = { state: 'stopped', detail: 'stopped' }
    },
    health: () => health,
  }
}
