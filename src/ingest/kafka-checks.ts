import type { Logger } from 'pino'
import { type Check, type Finding, broken, notKnown } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { appendClock } from './append-clock-check.ts'
import { lookForBroker } from './broker-check.ts'
import { groupsRead } from './groups-check.ts'
import type { KafkaView } from './kafka-view.ts'
import { newestSchemas } from './schemas-check.ts'
import { copartitioning, topicSettings, topicsThere } from './topics-check.ts'

const CLOSE_MS = 2_000

/** The checks of a log on Kafka: they share one connection, and know nothing while no broker answers. */
export function kafkaChecks(config: Config, clock: Clock, logger: Logger): { checks: Check[]; close(): Promise<void> } {
  const broker = lookForBroker(config, clock, logger)
  const through = (about: string, look: (view: KafkaView) => Promise<Finding[]>): Check => ({
    about,
    look: async () => {
      const { view } = await broker
      return view === null ? [notKnown(about, 'no broker answers')] : look(view).catch(refused(about))
    },
  })
  return {
    checks: [
      { about: 'broker', look: async () => (await broker).findings },
      through('topics', async (view) => topicsThere(await view.topics(), config)),
      through('co-partitioning', async (view) => copartitioning(await view.topics(), config)),
      through('topic settings', async (view) => topicSettings(await view.topics(), config)),
      through('schemas', newestSchemas),
      through('groups', (view) => groupsRead(view, config, clock)),
      through('broker clock', (view) => appendClock(view, clock)),
    ],
    close: async () => {
      const closed = broker.then(({ view }) => view?.close()).catch(() => undefined)
      await Promise.race([closed, clock.sleep(CLOSE_MS)])
    },
  }
}

/** The brokers answer, but not this: they may not let this client look, or a partition has no leader. */
function refused(about: string): (error: unknown) => Finding[] {
  return (error) => {
    const what = error instanceof Error ? error.message : String(error)
    const todo = 'look at the brokers: a partition without a leader, or rights to describe and read topics and groups'
    return [broken(about, `the brokers refuse to say: ${what}`, todo)]
  }
}
