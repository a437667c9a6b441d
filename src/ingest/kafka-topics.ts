import type { Admin, ITopicConfig, ITopicMetadata } from 'kafkajs'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import { COMPACTION_LAG_MS } from './embedded-tables.ts'
import { TOPIC_NAMES, TOPICS, type TopicName } from './topics.ts'

export interface TopicsOptions {
  prefix: string
  partitions: number
  replicationFactor: number
  clock: Clock
  logger: Logger
}

/** A frame and its neighbours fit; the brokers' default of 1 MB does not hold every frame. */
const RECORD_BYTES = 8_388_608
/** Topics whose records carry a whole record of another topic. */
const CARRIERS: ReadonlySet<TopicName> = new Set(['dead-letter', 'late-readings'])
const CARRIER_BYTES = RECORD_BYTES + 1_048_576
/** What a topic takes at most. */
export const MOST_RECORD_BYTES = Object.fromEntries(
  TOPIC_NAMES.map((topic) => [topic, CARRIERS.has(topic) ? CARRIER_BYTES : RECORD_BYTES]),
) as Readonly<Record<TopicName, number>>
/** The archive may be away for hours; whoever needs more sets it on the topics. */
const RETENTION_MS = 86_400_000
/**
 * Brokers compact no segment that is still written to, and by themselves begin a new one after a week or a gigabyte: until then every
 * state of every bed would be read again at a takeover.
 */
export const SEGMENT_MS = 300_000
/** kafkajs numbers the kinds of configuration as the protocol does; its enum exists as a type only. */
const TOPIC_RESOURCE = 2
/** A broker that has just started, or is asked by many at once, takes its time. */
const LED_WITHIN_MS = 30_000
const LEADER_RETRY_MS = 100

/**
 * Makes the topics that are missing and refuses those that are not co-partitioned: a patient's records must lie in the
 * same partition number of every topic. Throws TOPICS_NOT_COPARTITIONED.
 */
export async function ensureTopics(admin: Admin, options: TopicsOptions): Promise<void> {
  const { prefix, partitions, logger } = options
  const there = new Set(await admin.listTopics())
  const missing = TOPIC_NAMES.filter((topic) => !there.has(prefix + topic))
  if (missing.length > 0) await create(admin, missing, options)
  const topics = await ready(admin, missing, options)
  const odd = topics.filter((topic) => topic.partitions.length !== partitions)
  if (odd.length > 0) {
    const counts = odd.map((topic) => `${topic.name} has ${topic.partitions.length}`).join(', ')
    throw new VigilError('TOPICS_NOT_COPARTITIONED', `${counts}; the settings say ${partitions}`)
  }
  const old = TOPIC_NAMES.filter((topic) => !missing.includes(topic))
  if (old.length > 0) await warnOfSenderTimes(admin, prefix, old, logger)
}

/**
 * Brokers take a moment to lead topics that were just made. A request that only some partitions answer is repeated by the
 * client as a whole, so what is appended before all are there is appended twice.
 */
async function ready(
  admin: Admin,
  missing: readonly TopicName[],
  { prefix, clock }: TopicsOptions,
): Promise<ITopicMetadata[]> {
  const fromMs = clock.monotonicMs()
  while (true) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: TOPIC_NAMES.map((topic) => prefix + topic) })
      await Promise.all(missing.map((topic) => admin.fetchTopicOffsets(prefix + topic)))
      return topics
    } catch (error) {
      if (clock.monotonicMs() - fromMs >= LED_WITHIN_MS) throw error
    }
    await clock.sleep(LEADER_RETRY_MS)
  }
}

/** Several processes may start at once: a topic that another one made meanwhile is no error. */
async function create(admin: Admin, missing: readonly TopicName[], options: TopicsOptions): Promise<void> {
  try {
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map((topic) => configOf(topic, options)),
    })
  } catch (error) {
    const there = new Set(await admin.listTopics())
    if (!missing.every((topic) => there.has(options.prefix + topic))) throw error
  }
}

function configOf(topic: TopicName, { prefix, partitions, replicationFactor }: TopicsOptions): ITopicConfig {
  const kept =
    TOPICS[topic].kept === 'compact'
      ? { 'cleanup.policy': 'compact', 'min.compaction.lag.ms': COMPACTION_LAG_MS, 'segment.ms': SEGMENT_MS }
      : { 'cleanup.policy': 'delete', 'retention.ms': RETENTION_MS }
  const mostBytes = MOST_RECORD_BYTES[topic]
  const entries = { 'message.timestamp.type': 'LogAppendTime', 'max.message.bytes': mostBytes, ...kept }
  return {
    topic: prefix + topic,
    numPartitions: partitions,
    replicationFactor,
    configEntries: Object.entries(entries).map(([name, value]) => ({ name, value: String(value) })),
  }
}

/** With senders' times as append times, a sender with a wrong clock decides for the join that time went by. */
async function warnOfSenderTimes(
  admin: Admin,
  prefix: string,
  topics: readonly TopicName[],
  logger: Logger,
): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((topic) => ({
      type: TOPIC_RESOURCE,
      name: prefix + topic,
      configNames: ['message.timestamp.type'],
    })),
  })
  const wrong = resources.filter(({ configEntries }) =>
    configEntries.some(({ configName, configValue }) => {
      return configName === 'message.timestamp.type' && configValue !== 'LogAppendTime'
    }),
  )
  if (wrong.length === 0) return
  const names = wrong.map(({ resourceName }) => resourceName)
  logger.error({ topics: names }, 'topics lack message.timestamp.type=LogAppendTime: append times are the senders')
}
