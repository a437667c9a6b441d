import type { Modality, Prediction, Priority } from '../records.ts'
import type { AlarmRules } from './alarm-rules.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { lastVitalsMs } from './feed-progress.ts'
import { sight } from './sighting.ts'

/** Of a reason's value: a moment in event time, as milliseconds since 1970. */
export const SINCE_UNIT = 'ms since 1970'

/** Nothing arrives from a bed's monitors, by append time: medium, then high. Feeds never seen are not missed. */
export function checkVitalsIdle(bed: BedAlarms, nowMs: number, watchingSinceMs: number, rules: AlarmRules): void {
  const lastMs = lastVitalsMs(bed.state.feeds)
  if (lastMs === null) return
  const silentMs = nowMs - Math.max(lastMs, watchingSinceMs)
  if (silentMs < rules.feedIdleMs) return
  const priority = silentMs >= rules.feedIdleHighMs ? 'high' : 'medium'
  sightIdle(bed, 'vitals', priority, lastMs, nowMs, nowMs)
}

export function vitalsArrived(bed: BedAlarms, atMs: number, appendTimeMs: number): void {
  sightIdle(bed, 'vitals', null, atMs, atMs, appendTimeMs)
}

/** Heart sound and video as the window found them. Low: they come and go with the people at the bed. */
export function checkMediaIdle(bed: BedAlarms, { sources, windowEndMs }: Prediction, appendTimeMs: number): void {
  for (const modality of ['pcg', 'video'] as const) {
    const feeds = sources.filter((source) => source.modality === modality)
    if (feeds.length === 0) continue
    const idle = feeds.every(({ state }) => state === 'idle')
    const lastMs = Math.min(windowEndMs, Math.max(...feeds.map(({ lastEventTimeMs }) => lastEventTimeMs)))
    sightIdle(bed, modality, idle ? 'low' : null, lastMs, windowEndMs, appendTimeMs)
  }
}

function sightIdle(
  bed: BedAlarms,
  modality: Modality,
  priority: Priority | null,
  sinceMs: number,
  atMs: number,
  appendTimeMs: number,
): void {
  // Since when, and not for how long: that is another answer every second, and whoever reads it counts for himself.
  const text =
    priority === null ? `${modality} arrives again` : `no ${modality} since ${new Date(sinceMs).toISOString()}`
  sight(bed, {
    condition: `technical:feed_idle:${modality}`,
    kind: 'technical',
    priority,
    sinceMs,
    atMs,
    appendTimeMs,
    reasons: () => [{ code: modality, text, value: priority === null ? null : sinceMs, limit: null, unit: SINCE_UNIT }],
  })
}
