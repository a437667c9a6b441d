import { type Finding, broken, duration, megabytes, ok, some, warning } from '../check.ts'
import { COMPACTION_LAG_MS } from './embedded-tables.ts'
import type { TopicView } from './kafka-view.ts'
import { MOST_RECORD_BYTES, SEGMENT_MS } from './kafka-topics.ts'
import { TOPIC_NAMES, TOPICS } from './topics.ts'

interface Wanted {
  topicPrefix: string
  partitions: number
}

/** A ward, or the archive, that is away for longer has lost what came meanwhile. */
const LEAST_RETENTION_MS = 3_600_000
/** Kafka's own is a week. */
const MOST_SEGMENT_MS = 3_600_000

/** Which topics are there. The start makes missing ones; where others are there already, somebody removed them. */
export function topicsThere(topics: readonly TopicView[], { topicPrefix }: Wanted): Finding[] {
  if (topics.length === 0)
    return [ok('topics', `none of the ${TOPIC_NAMES.length} is there yet; the first start makes them`)]
  const missing = TOPIC_NAMES.filter((name) => !topics.some(({ topic }) => topic === name))
  const findings: Finding[] = []
  if (missing.length > 0) {
    const names = some(missing.map((topic) => topicPrefix + topic))
    const todo = 'find out who removed it; `vigil start` makes it anew, what it held is gone'
    findings.push(broken('topics', `${names} is missing beside ${topics.length} others`, todo))
  }
  for (const { topic, replicas, inSync } of topics)
    if (inSync < replicas) {
      const saw = `${topicPrefix}${topic} has ${inSync} of ${replicas} copies up to date`
      findings.push(warning('topics', saw, 'bring the broker back that holds the others'))
    }
  return findings.length > 0 ? findings : [ok('topics', `all ${topics.length} are there`)]
}

/** A patient's records lie in the same partition number of every topic, or they do not meet. */
export function copartitioning(topics: readonly TopicView[], { topicPrefix, partitions }: Wanted): Finding[] {
  const about = 'co-partitioning'
  const odd = topics.filter((topic) => topic.partitions !== partitions)
  if (odd.length === 0) return [ok(about, topics.length === 0 ? 'no topics yet' : `${partitions} partitions each`)]
  const counts = some(odd.map((topic) => `${topicPrefix}${topic.topic} has ${topic.partitions}`))
  const [first] = odd
  if (first !== undefined && topics.every((topic) => topic.partitions === first.partitions))
    return [
      broken(
        about,
        `every topic has ${first.partitions}, the settings say ${partitions}`,
        `start with --partitions ${first.partitions}`,
      ),
    ]
  const todo =
    'make these topics anew with that number, or take new ones by another --topic-prefix: added partitions move patients'
  return [broken(about, `${counts}; the others have ${partitions}`, todo)]
}

/** What the topics' settings make of records. */
export function topicSettings(
  topics: readonly TopicView[],
  { topicPrefix, kafkaBrokers }: Pick<Wanted, 'topicPrefix'> & { kafkaBrokers: readonly string[] },
): Finding[] {
  const alter = `set it: kafka-configs.sh --bootstrap-server ${kafkaBrokers.join(',')} --alter`
  const findings = topics.flatMap((view) => settingsOf(view, topicPrefix + view.topic, alter))
  return findings.length > 0
    ? findings
    : [ok('topic settings', topics.length === 0 ? 'no topics yet' : 'as they should be')]
}

function settingsOf({ topic, replicas, settings }: TopicView, name: string, alter: string): Finding[] {
  const about = 'topic settings'
  const findings: Finding[] = []
  const set = (value: string): string => `${alter} --topic ${name} --add-config ${value}`
  const number = (setting: string): number => Number(settings.get(setting) ?? NaN)

  if (settings.get('message.timestamp.type') !== 'LogAppendTime')
    findings.push(
      broken(about, `${name} keeps its senders' times for append times`, set('message.timestamp.type=LogAppendTime')),
    )
  const policy = settings.get('cleanup.policy') ?? ''
  const { kept } = TOPICS[topic]
  if (policy !== kept) {
    const harm = kept === 'compact' ? 'forgets states by age' : 'forgets readings of a patient but the last'
    findings.push(broken(about, `${name} has cleanup.policy ${policy} and ${harm}`, set(`cleanup.policy=${kept}`)))
  }
  if (number('min.insync.replicas') > replicas)
    findings.push(
      broken(
        about,
        `${name} wants more copies in sync than it has (${replicas})`,
        set(`min.insync.replicas=${replicas}`),
      ),
    )
  const needed = MOST_RECORD_BYTES[topic]
  if (number('max.message.bytes') < needed)
    findings.push(
      warning(
        about,
        `${name} takes records of ${megabytes(number('max.message.bytes'))} at most`,
        set(`max.message.bytes=${needed}`),
      ),
    )
  const retentionMs = number('retention.ms')
  if (kept === 'delete' && retentionMs >= 0 && retentionMs < LEAST_RETENTION_MS)
    findings.push(
      warning(about, `${name} keeps records for ${duration(retentionMs)} only`, set('retention.ms=86400000')),
    )
  if (kept === 'compact' && number('min.compaction.lag.ms') < COMPACTION_LAG_MS)
    findings.push(
      warning(
        about,
        `${name} may drop a state before a restart has read it`,
        set(`min.compaction.lag.ms=${COMPACTION_LAG_MS}`),
      ),
    )
  const segmentMs = number('segment.ms')
  if (kept === 'compact' && segmentMs > MOST_SEGMENT_MS)
    findings.push(
      warning(
        about,
        `${name} keeps every state of ${duration(segmentMs)}, and a takeover reads them all`,
        set(`segment.ms=${SEGMENT_MS}`),
      ),
    )
  return findings
}
