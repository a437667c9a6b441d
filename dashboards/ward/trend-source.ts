import { effect, type Signal, untracked, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { bedPath, fetchJson } from '../app/api.ts'
import { archiveOpen } from '../app/archive-open.ts'
import { clock } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import type { Bed } from './bed.ts'
import { bedNowMs } from './freshness.ts'

export const TREND_CODES = ['hr', 'spo2', 'abp_mean', 'rr'] as const
const REFRESH_MS = 10_000
const POINTS = 300
/** How long an archive that was away is let alone. */
const AWAY_MS = 60_000
const SHORTEST_MS = 300_000

let askAgainMs = 0

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
    // Read at once, and again as soon as an archive that was away is back.
    const watched = effect(() => {
      void archiveOpen.value
      untracked(() => void read())
    })
    const timer = bed.mode === 'live' ? clock.every(REFRESH_MS, () => void read()) : null
    return () => {
      abort.abort()
      watched()
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
  const stored = archiveMayAnswer() ? await readArchive(bed, fromMs, toMs, signal) : null
  if (stored !== null) return { columns: stored, fromMs, toMs, source: 'archive' }
  const seen = TREND_CODES.map((code) => [code, bed.trend.read(code, fromMs, toMs)] as const)
  const firstMs = Math.min(...seen.map(([, { times }]) => times[0] ?? Infinity))
  const shownFromMs = Math.max(fromMs, Math.min(firstMs, toMs - SHORTEST_MS))
  return { columns: Object.fromEntries(seen), fromMs: shownFromMs, toMs, source: 'screen' }
}

/** All columns, or null when the archive does not answer for one of them. */
async function readArchive(
  bed: Bed,
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
): Promise<Record<string, TrendColumn> | null> {
  const columns: Record<string, TrendColumn> = {}
  for (const code of TREND_CODES) {
    const query = new URLSearchParams({ code, from: String(fromMs), to: String(toMs), points: String(POINTS) })
    const answer = await fetchJson<TrendColumn>(bedPath(bed.patientId, `trends?${query.toString()}`), signal)
    if (!answer.ok) {
      if (answer.status === 503) askAgainMs = clock.monotonicMs() + AWAY_MS
      return null
    }
    columns[code] = answer.value
  }
  return columns
}

/** Nor is an archive asked that refused a moment ago. */
function archiveMayAnswer(): boolean {
  return archiveOpen.peek() && clock.monotonicMs() >= askAgainMs
}
