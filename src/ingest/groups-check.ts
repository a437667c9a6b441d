import { type Finding, broken, duration, ok, warning } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { GroupView, KafkaView } from './kafka-view.ts'
import { type TopicName, TOPICS } from './topics.ts'

/** The groups that must read, by their stage. */
const GROUPS = { join: 'vigil-join', raise: 'vigil-raise', store: 'vigil-store' } as const
type Reader = keyof typeof GROUPS
const READERS = Object.keys(GROUPS) as Reader[]

/** Half of the time that a topic keeps records is left to whoever reads this. */
const LATE_SHARE = 0.5

interface Lag {
  unread: number
  /** Gone before they were read. */
  lost: number
  /** The topic whose unread records come closest to being forgotten. */
  late: { topic: TopicName; retentionMs: number } | null
}

/** How far each stage has read, against what the topics still keep. */
export async function groupsRead(view: KafkaView, config: Config, clock: Clock): Promise<Finding[]> {
  const groups = new Map<Reader, GroupView>()
  for (const reader of READERS) {
    const group = await view.group(GROUPS[reader])
    if (group !== null) groups.set(reader, group)
  }
  if (groups.size === 0) return [ok('groups', 'no stage has read yet')]
  const findings: Finding[] = []
  for (const [reader, group] of groups)
    findings.push(standingOf(reader, group, await lagOf(view, group, clock), config))
  return [...findings, ...absent(groups)]
}

function standingOf(reader: Reader, { members }: GroupView, { unread, lost, late }: Lag, config: Config): Finding {
  const name = config.topicPrefix + GROUPS[reader]
  const readers = members === 0 ? 'nobody reads' : `${members} at work`
  const todo = `start \`vigil start\` with stage ${reader}, or find out why it does not keep up; a longer retention.ms buys time`
  if (lost > 0) return broken('groups', `${name}: ${lost} records were forgotten before it read them; ${readers}`, todo)
  if (late !== null) {
    const keeps = duration(late.retentionMs)
    const saw = `${name}: ${unread} unread, of ${late.topic} more than half as old as it keeps (${keeps}); ${readers}`
    return warning('groups', saw, todo)
  }
  return ok('groups', `${name}: ${unread} unread; ${readers}`)
}

/** A ward of which one part reads and another does not. */
function absent(groups: ReadonlyMap<Reader, GroupView>): Finding[] {
  const members = (reader: Reader): number => groups.get(reader)?.members ?? 0
  if (READERS.every((reader) => members(reader) === 0)) return []
  return READERS.filter((reader) => members(reader) === 0).map((reader) => {
    const saw = `no process runs ${reader}, though others of the ward are at work`
    const todo = `start one: vigil start --stages …,${reader}`
    return reader === 'store' ? warning('groups', saw, todo) : broken('groups', saw, todo)
  })
}

async function lagOf(view: KafkaView, { committed }: GroupView, clock: Clock): Promise<Lag> {
  const lag: Lag = { unread: 0, lost: 0, late: null }
  for (const { topic, settings } of await view.topics()) {
    const positions = committed.filter((position) => position.topic === topic)
    if (positions.length === 0) continue
    const retentionMs = Number(settings.get('retention.ms') ?? NaN)
    const isForgetting = TOPICS[topic].kept === 'delete' && retentionMs > 0
    const bounds = new Map((await view.bounds(topic)).map((bound) => [bound.partition, bound]))
    const half = isForgetting
      ? await view.offsetsSince(topic, Math.round(clock.nowMs() - retentionMs * LATE_SHARE))
      : new Map<number, number>()
    for (const { partition, offset } of positions) {
      const { low, high } = bounds.get(partition) ?? { low: 0, high: 0 }
      const from = Math.max(low, offset)
      lag.unread += Math.max(0, high - from)
      if (!isForgetting) continue
      lag.lost += Math.max(0, low - offset)
      if (high > from && from < (half.get(partition) ?? 0)) lag.late ??= { topic, retentionMs }
    }
  }
  return lag
}
