import type { Reason } from '../records.ts'
import { waitOn } from './alarm-delay.ts'
import type { BedAlarms } from './bed-alarms.ts'
import type { Arrival } from './feed-progress.ts'
import { absentCondition } from './patient-state.ts'
import { sight } from './sighting.ts'

/** An offset that moves about the tolerance must not alarm again and again. */
const CLEAR_DELAY_MS = 60_000

export function clockCondition(feedId: string): string {
  return `technical:clock_wrong:${feedId}`
}

/** The clock of a device that is further off than is left alone, ahead of the log, or was set back. Low: awareness. */
export function checkClock(
  bed: BedAlarms,
  { reading, timing, appendTimeMs }: Arrival,
  progress: { kind: 'new' | 'set_back'; atMs: number },
  toleranceMs: number,
): void {
  const { feedId, clockOffsetMs, eventTimeMs } = reading
  const { atMs } = progress
  const condition = clockCondition(feedId)
  const setBack = progress.kind === 'set_back'
  const ahead = timing === 'ahead'
  const wrong = setBack || ahead || Math.abs(clockOffsetMs) > toleranceMs
  const known = bed.condition(condition)
  if (known === undefined && !wrong) return

  const before = { ...(known ?? absentCondition(condition, 'technical', 'low')), pendingSinceMs: null }
  const { waiting, beganMs } = waitOn(before, wrong ? 'outside' : 'inside', atMs, {
    delayMs: 0,
    clearDelayMs: CLEAR_DELAY_MS,
  })
  bed.put({ ...waiting, present: before.present && waiting.present })
  const reasons = (): Reason[] => {
    if (setBack) return [reason('clock_set_back', 'device clock was set back', null, null)]
    if (ahead) {
      const aheadMs = eventTimeMs - appendTimeMs
      return [reason('clock_ahead', `device time is ${seconds(aheadMs)} s in the future`, aheadMs, 0)]
    }
    const text = wrong
      ? `device clock was off by ${seconds(clockOffsetMs)} s`
      : `device clock is off by ${seconds(clockOffsetMs)} s, which is left alone`
    return [reason('clock_offset', text, clockOffsetMs, toleranceMs)]
  }
  sight(bed, {
    condition,
    kind: 'technical',
    priority: waiting.present ? 'low' : null,
    sinceMs: beganMs ?? atMs,
    atMs,
    appendTimeMs,
    reasons,
  })
}

function reason(code: string, text: string, value: number | null, limit: number | null): Reason {
  return { code, text, value, limit, unit: 'ms' }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1)
}
