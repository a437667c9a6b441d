import type { Archive } from '../store/archive.ts'
import { readAlertsWithin } from '../store/alert-history.ts'
import { readStretch, readWindows } from '../store/episodes.ts'
import { readSpans } from '../store/stored-span.ts'
import { readRiskTrend, readTrend, type TrendPoint } from '../store/trends.ts'
import { episodeItems } from './episode-items.ts'
import { alertStory } from './alert-story.ts'
import type { History, TrendColumns } from './history.ts'
import { alertView } from './updates.ts'

/** Values come about once a second, windows every ten: further apart, and something is missing. */
const VALUES_APART_MS = 5_000
const WINDOWS_APART_MS = 25_000
/** More would be no picture any more; the newest count. */
const MOST_ALERTS = 2_000

/** What the screens ask, asked of the archive. */
export function archiveHistory(archive: Archive): History {
  return {
    async *readStretch(stretch) {
      for await (const page of readStretch(archive, stretch))
        yield { throughMs: page.toMs, items: await episodeItems(page) }
    },

    async trend(asked) {
      return withGaps(await readTrend(archive, asked), (asked.toMs - asked.fromMs) / asked.points, VALUES_APART_MS)
    },

    async riskTrend(asked) {
      return withGaps(await readRiskTrend(archive, asked), (asked.toMs - asked.fromMs) / asked.points, WINDOWS_APART_MS)
    },

    async alerts(stretch) {
      const alerts = await readAlertsWithin(archive, { ...stretch, limit: MOST_ALERTS })
      return alerts.map(({ endedTimeMs, ...alert }) => ({ ...alertView('live', alert), endedTimeMs }))
    },

    alertStory: (patientId, alertId) => alertStory(archive, patientId, alertId),

    async storedSpan(patientId) {
      const [span] = await readSpans(archive, patientId)
      return span === undefined ? null : { fromMs: span.fromMs, toMs: span.toMs }
    },

    async windows(stretch) {
      const predictions = await readWindows(archive, stretch)
      return predictions.map((prediction) => ({
        windowStartMs: prediction.windowStartMs,
        windowEndMs: prediction.windowEndMs,
        vitals: prediction.vitalsCount,
        pcg: prediction.pcgCount,
        video: prediction.videoCount,
        closedBy: prediction.closedBy,
        rung: prediction.rung,
        risk: prediction.risk,
        riskLow: prediction.riskLow,
        riskHigh: prediction.riskHigh,
      }))
    },
  }
}

/** Points of a numeric lie about a second apart, or a bucket of at least a minute; further apart, nothing was measured. */
function withGaps(points: readonly TrendPoint[], pointMs: number, apartMs: number): TrendColumns {
  const gapMs = pointMs >= 60_000 ? pointMs * 2 + 60_000 : Math.max(apartMs, pointMs * 2)
  const columns: TrendColumns = { times: [], values: [], lowest: [], highest: [] }
  const put = (timeMs: number, point: TrendPoint | null): void => {
    columns.times.push(timeMs)
    columns.values.push(point?.mean ?? null)
    columns.lowest.push(point?.lowest ?? null)
    columns.highest.push(point?.highest ?? null)
  }
  for (const point of points) {
    const before = columns.times.at(-1)
    if (before !== undefined && point.timeMs - before > gapMs) put(before + 1, null)
    put(point.timeMs, point)
  }
  return columns
}
