import type { Archive } from '../store/archive.ts'
import { readStretch, readWindows } from '../store/episodes.ts'
import { readSpans } from '../store/stored-span.ts'
import { readTrend, type TrendPoint } from '../store/trends.ts'
import { episodeItems } from './episode-items.ts'
import type { History } from './history.ts'

/** What the screens ask, asked of the archive. */
export function archiveHistory(archive: Archive): History {
  return {
    async *readStretch(stretch) {
      for await (const page of readStretch(archive, stretch))
        yield { throughMs: page.toMs, items: await episodeItems(page) }
    },

    async trend(asked) {
      return withGaps(await readTrend(archive, asked), (asked.toMs - asked.fromMs) / asked.points)
    },

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
function withGaps(points: readonly TrendPoint[], pointMs: number): { times: number[]; values: (number | null)[] } {
  const gapMs = pointMs >= 60_000 ? pointMs * 2 + 60_000 : Math.max(5_000, pointMs * 2)
  const times: number[] = []
  const values: (number | null)[] = []
  for (const { timeMs, mean } of points) {
    const before = times.at(-1)
    if (before !== undefined && timeMs - before > gapMs) {
      times.push(before + 1)
      values.push(null)
    }
    times.push(timeMs)
    values.push(mean)
  }
  return { times, values }
}
