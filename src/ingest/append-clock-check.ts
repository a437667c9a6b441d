import { type Finding, broken, duration, notKnown, ok, warning } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { KafkaView } from './kafka-view.ts'
import type { RecordHead } from './record-peek.ts'
import type { TopicName } from './topics.ts'

/** A monitor sends about once a second. */
const WAIT_MS = 2_000
/** Screens turn grey after 3 s by their own clock: an error of this size shows. */
const TOLERATED_MS = 1_000
const BROKEN_MS = 5_000
const LIVE: TopicName = 'vitals'

const ABOUT = 'broker clock'
const TODO = 'let one time service (chrony or systemd-timesyncd) keep both clocks, from the same servers'

/**
 * This machine's clock against the broker's. Kafka tells its time only by the records it takes: one that comes while we
 * look tells it to the millisecond; an old one only that the broker's time is not before it.
 */
export async function appendClock(view: KafkaView, clock: Clock): Promise<Finding[]> {
  if (!(await view.topics()).some(({ topic }) => topic === LIVE)) return [notKnown(ABOUT, 'there are no records yet')]
  const arrived = (await view.arrivals(LIVE, WAIT_MS)).filter(({ isAppendTime }) => isAppendTime)
  const receivedMs = clock.nowMs()
  if (arrived.length > 0) return [judged(receivedMs - newestOf(arrived))]

  const newest = (await view.newest(LIVE)).filter(({ isAppendTime }) => isAppendTime)
  const aheadMs = newestOf(newest) - clock.nowMs()
  if (newest.length > 0 && aheadMs > TOLERATED_MS) return [judged(-aheadMs)]
  return [notKnown(ABOUT, `no record came within ${WAIT_MS / 1_000} s that would tell it`)]
}

/** By how much this machine is ahead of the broker; the record's way here is in it. */
function judged(aheadMs: number): Finding {
  const size = Math.abs(aheadMs)
  const direction = aheadMs > 0 ? 'ahead of' : 'behind'
  const saw = `this machine is ${duration(size)} ${direction} the broker`
  if (size > BROKEN_MS) return broken(ABOUT, saw, TODO)
  return size > TOLERATED_MS ? warning(ABOUT, saw, TODO) : ok(ABOUT, `within ${duration(size)} of the broker`)
}

function newestOf(heads: readonly RecordHead[]): number {
  return Math.max(...heads.map(({ timestampMs }) => timestampMs))
}
