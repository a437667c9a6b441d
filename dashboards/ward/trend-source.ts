import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { bedPath, fetchJson } from '../app/api.ts'
import { clock } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { type Bed } from './bed.ts'
import { bedNowMs } from './freshness.ts'

export const TREND_CODES = ['hr', 'spo2', 'abp_mean', 'rr'] as const
const REFRESH_MS = 10_000
const POINTS = 300

export interface TrendColumn {
  times: number[]
  values: (number | null)[]
}

export interface ShownTrends {
  columns: Readonly<Record<string, TrendColumn | undefined>>
  fromMs: number
  toMs: number
  source: 'none' | 'archive' | 'screen'
}

/** Trends of a bed, read again every 10 s; of a playback, its own stretch once. */
export function useTrends(bed: Bed, spanMin: number): Signal<ShownTrends> {
  const shown = useSignal<ShownTrends>({ columns: {}, fromMs: 0, toMs: 1, source: 'none' })
  useEffect(() => {
    const abort = new AbortController()
    const read = async (): Promise<void> => {
      const { fromMs, toMs } = stretchOf(bed, spanMin)
      if (toMs <= fromMs) return
      const trends = await readTrends(bed, fromMs, toMs, abort.signal)
      if (!abort.signal.aborted) shown.value = trends
    }
    void read()
    const timer = bed.mode === 'live' ? clock.every(REFRESH_MS, () => void read()) : null
    return () => {
      abort.abort()
      timer?.cancel()
    }
  }, [bed, spanMin])
  return shown
}

function stretchOf(bed: Bed, spanMin: number): { fromMs: number; toMs: number } {
  const playback = ward.playback.peek()
  if (bed.mode === 'playback') return playback === null ? { fromMs: 0, toMs: 0 } : playback
  const toMs = Math.round(bedNowMs(bed, clock.monotonicMs()))
  return toMs > 8.64e15 ? { fromMs: 0, toMs: 0 } : { fromMs: toMs - spanMin * 60_000, toMs }
}

async function readTrends(bed: Bed, fromMs: number, toMs: number, signal: AbortSignal): Promise<ShownTrends> {
  const asked = TREND_CODES.map(async (code) => {
    const query = new URLSearchParams({ code, from: String(fromMs), to: String(toMs), points: String(POINTS) })
    return [code, await fetchJson<TrendColumn>(bedPath(bed.patientId, `trends?${query.toString()}`), signal)] as const
  })
  const answers = await Promise.all(asked)
  const fromArchive = answers.every(([, answer]) => answer.ok)
  const columns = answers.map(([code, answer]) => [
    code,
    fromArchive && answer.ok ? answer.value : bed.trend.read(code, fromMs, toMs),
  ])
  return {
    columns: Object.fromEntries(columns) as Record<string, TrendColumn>,
    fromMs,
    toMs,
    source: fromArchive ? 'archive' : 'screen',
  }
}
