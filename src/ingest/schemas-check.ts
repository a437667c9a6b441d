import { type Finding, broken, notKnown, ok, some } from '../check.ts'
import { knownFingerprints } from './avro-codec.ts'
import type { RecordHead } from './record-peek.ts'
import { TOPICS, type TopicName } from './topics.ts'

/** Where newest records can be had of: Kafka, or the embedded log. */
export interface NewestRecords {
  topics(): Promise<readonly { topic: TopicName }[]>
  newest(topic: TopicName): Promise<readonly Pick<RecordHead, 'head'>[]>
}

type Kind = 'known' | 'unread' | 'unknown' | 'foreign' | 'unframed'

/** Every newest record is of a schema that is known here and belongs on its topic. */
export async function newestSchemas(log: NewestRecords): Promise<Finding[]> {
  const about = 'schemas'
  const findings: Finding[] = []
  let looked = 0
  let unread = 0
  for (const { topic } of await log.topics()) {
    const kinds = (await log.newest(topic)).map(({ head }) => ({ head, kind: kindOf(topic, head) }))
    looked += kinds.length
    unread += kinds.filter(({ kind }) => kind === 'unread').length
    const of = (wanted: Kind): string[] => kinds.filter(({ kind }) => kind === wanted).map(({ head }) => markOf(head))
    const among = `${kinds.length} newest records looked at`
    const unknown = of('unknown')
    if (unknown.length > 0) {
      const saw = `${topic}: unknown schema ${some([...new Set(unknown)])} on ${unknown.length} of ${among}`
      const todo = "update this Vigil to the sender's version, or put the sender's .avsc into schemas/avro/past"
      findings.push(broken(about, saw, todo))
    }
    const foreign = of('foreign')
    if (foreign.length > 0) {
      const saw = `${topic}: records of another topic's schema, ${foreign.length} of ${among}`
      findings.push(broken(about, saw, `correct the sender: on ${topic} belong records of ${TOPICS[topic].record}`))
    }
    const unframed = of('unframed')
    if (unframed.length > 0) {
      const saw = `${topic}: not Avro as Vigil frames it, ${unframed.length} of ${among}`
      findings.push(broken(about, saw, 'correct the sender: Avro single-object encoding, or Confluent framing'))
    }
  }
  if (findings.length > 0) return findings
  if (looked === 0) return [ok(about, 'there are no records yet')]
  if (unread === looked)
    return [notKnown(about, 'the newest records are compressed in a way that is not unpacked here')]
  return [ok(about, `all of ${looked - unread} newest records are known here`)]
}

function kindOf(topic: TopicName, head: RecordHead['head']): Kind {
  if (head === 'unread') return 'unread'
  // A tombstone; and behind Confluent framing stands a number that only the registry knows.
  if (head === null || head[0] === 0) return 'known'
  if (head.length < 10 || head.readUInt16BE(0) !== 0xc301) return 'unframed'
  const record = knownFingerprints().get(markOf(head))
  if (record === undefined) return 'unknown'
  return record === TOPICS[topic].record ? 'known' : 'foreign'
}

/** The fingerprint; nothing of what follows it. */
function markOf(head: RecordHead['head']): string {
  return head instanceof Buffer ? head.toString('hex', 2, 10) : ''
}
