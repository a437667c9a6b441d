import type { FeedMemory, VitalsReading } from '../records.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { absentCondition } from './patient-state.ts'
import { clockCondition } from './clock-condition.ts'

export interface Arrival {
  reading: VitalsReading
  timing: 'plausible' | 'ahead'
  appendTimeMs: number
}

/** new: measured after all before it. set_back: likewise, but the feed's clock went back. old: a duplicate, or out of order. */
export type Progress = { kind: 'new' | 'set_back'; atMs: number } | { kind: 'old' }

/**
 * A burst of repeated records is over sooner than this. A feed of which only older times have come for so long had its
 * clock set back; to go on leaving its values aside would be to stop watching the patient.
 */
const SET_BACK_AFTER_MS = 10_000

/** Places a reading in its feed's time and remembers it. The time of one from the future is when the log took it. */
export function progressOf(bed: BedAlarms, { reading, timing, appendTimeMs }: Arrival): Progress {
  const { feedId, clockOffsetMs } = reading
  const atMs = timing === 'ahead' ? appendTimeMs : reading.eventTimeMs
  const last = bed.state.feeds[feedId]
  if (last !== undefined && atMs <= last.lastEventTimeMs) {
    const name = clockCondition(feedId)
    const clock = bed.condition(name) ?? absentCondition(name, 'technical', 'low')
    const oldSinceMs = clock.pendingSinceMs ?? appendTimeMs
    bed.put({ ...clock, pendingSinceMs: oldSinceMs })
    if (appendTimeMs - oldSinceMs < SET_BACK_AFTER_MS) return { kind: 'old' }
    remember(bed, feedId, { modality: 'vitals', lastEventTimeMs: atMs, lastAppendTimeMs: appendTimeMs, clockOffsetMs })
    return { kind: 'set_back', atMs }
  }
  remember(bed, feedId, { modality: 'vitals', lastEventTimeMs: atMs, lastAppendTimeMs: appendTimeMs, clockOffsetMs })
  bed.state.streamTimeMs = Math.max(bed.state.streamTimeMs, atMs)
  return { kind: 'new', atMs }
}

/** When the log took the newest record of any monitor of the patient; null: there was none. */
export function lastVitalsMs(feeds: Readonly<Record<string, FeedMemory>>): number | null {
  const times = Object.values(feeds)
    .filter(({ modality }) => modality === 'vitals')
    .map(({ lastAppendTimeMs }) => lastAppendTimeMs)
  return times.length === 0 ? null : Math.max(...times)
}

function remember(bed: BedAlarms, feedId: string, memory: FeedMemory): void {
  bed.state.feeds[feedId] = memory
}
