import { effect, type Signal, untracked, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AlertView } from '../../src/watch/events.ts'
import { bedPath, fetchJson } from '../app/api.ts'
import { archiveOpen } from '../app/archive-open.ts'
import { clock } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import type { Bed } from './bed.ts'
import { bedNowMs } from './freshness.ts'
import type { TrendColumn } from './trend-columns.ts'
import { type TrendMark, trendMarks } from './trend-marks.ts'
import { SCORE, type TrendRow, trendRows } from './trend-rows.ts'

const REFRESH_MS = 10_000
/** A long trend moves by less than a point in this time. */
const LONG_REFRESH_MS = 60_000
const POINTS = 300
/** How long an archive that was away is let alone. */
const AWAY_MS = 60_000
const SHORTEST_MS = 300_000
const HOUR_MS = 3_600_000

let askAgainMs = 0

export interface ShownTrends {
  rows: readonly TrendRow[]
  columns: Readonly<Record<string, TrendColumn | undefined>>
  marks: readonly TrendMark[]
  fromMs: number
  toMs: number
  source: 'none' | 'archive' | 'screen'
}

interface Span {
  fromMs: number
  toMs: number
}

const NOTHING: ShownTrends = { rows: trendRows(new Set()), columns: {}, marks: [], fromMs: 0, toMs: 1, source: 'none' }

/** Trends of a bed, read again as they move; of a playback, its own stretch once. */
export function useTrends(bed: Bed, hours: number): Signal<ShownTrends> {
  const shown = useSignal<ShownTrends>(NOTHING)
  useEffect(() => {
    const abort = new AbortController()
    const read = async (): Promise<void> => {
      const span = stretchOf(bed, hours)
      if (span.toMs <= span.fromMs) return
      const trends = await readTrends(bed, span, abort.signal)
      if (!abort.signal.aborted) shown.value = trends
    }
    // Read at once, and again as soon as an archive that was away is back or an alert begins or ends.
    const watched = effect(() => {
      void archiveOpen.value
      void bed.standing.value.map(({ alertId, presence }) => alertId + presence).join()
      untracked(() => void read())
    })
    const everyMs = hours <= 1 ? REFRESH_MS : LONG_REFRESH_MS
    const timer = bed.mode === 'live' ? clock.every(everyMs, () => void read()) : null
    return () => {
      abort.abort()
      watched()
      timer?.cancel()
    }
  }, [bed, hours])
  return shown
}

function stretchOf(bed: Bed, hours: number): Span {
  const playback = ward.playback.peek()
  if (bed.mode === 'playback') return playback === null ? { fromMs: 0, toMs: 0 } : playback
  const toMs = Math.round(bedNowMs(bed, clock.monotonicMs()))
  return toMs > 8.64e15 ? { fromMs: 0, toMs: 0 } : { fromMs: toMs - hours * HOUR_MS, toMs }
}

async function readTrends(bed: Bed, { fromMs, toMs }: Span, signal: AbortSignal): Promise<ShownTrends> {
  const rows = trendRows(bed.numerics.peek())
  const codes = rows.flatMap((row) => row.codes)
  const columns = archiveMayAnswer() ? await readArchive(bed, codes, { fromMs, toMs }, signal) : null
  const marks = columns === null ? null : await readMarks(bed, { fromMs, toMs }, signal)
  if (columns !== null && marks !== null) return { rows, columns, marks, fromMs, toMs, source: 'archive' }
  const seen = codes.map((code) => [code, seenColumn(bed, code, fromMs, toMs)] as const)
  const firstMs = Math.min(...seen.map(([, { times }]) => times[0] ?? Infinity))
  const shownFromMs = Math.max(fromMs, Math.min(firstMs, toMs - SHORTEST_MS))
  const known = await readKnownMarks(bed, signal)
  return { rows, columns: Object.fromEntries(seen), marks: known, fromMs: shownFromMs, toMs, source: 'screen' }
}

function seenColumn(bed: Bed, code: string, fromMs: number, toMs: number): TrendColumn {
  if (code !== SCORE) return bed.trend.read(code, fromMs, toMs)
  const risks = bed.risks.peek()
  return { times: risks.map(({ windowStartMs }) => windowStartMs), values: risks.map(({ risk }) => risk) }
}

/** All columns, or null when the archive does not answer for one of them. */
async function readArchive(
  bed: Bed,
  codes: readonly string[],
  { fromMs, toMs }: Span,
  signal: AbortSignal,
): Promise<Record<string, TrendColumn> | null> {
  const columns: Record<string, TrendColumn> = {}
  for (const code of codes) {
    const query = new URLSearchParams({ from: String(fromMs), to: String(toMs), points: String(POINTS) })
    if (code !== SCORE) query.set('code', code)
    const path = `${code === SCORE ? 'risk-trend' : 'trends'}?${query.toString()}`
    const column = await readStored<TrendColumn>(bed, path, signal)
    if (column === null) return null
    columns[code] = column
  }
  return columns
}

async function readMarks(bed: Bed, { fromMs, toMs }: Span, signal: AbortSignal): Promise<TrendMark[] | null> {
  const path = `alerts?from=${fromMs}&to=${toMs}`
  const alerts = await readStored<(AlertView & { endedTimeMs: number | null })[]>(bed, path, signal)
  return alerts === null ? null : trendMarks(alerts)
}

async function readStored<T>(bed: Bed, path: string, signal: AbortSignal): Promise<T | null> {
  const answer = await fetchJson<T>(bedPath(bed.patientId, path), signal)
  if (answer.ok) return answer.value
  if (answer.status === 503) askAgainMs = clock.monotonicMs() + AWAY_MS
  return null
}

/** Without the archive, the alerts that the server has of the last day. */
async function readKnownMarks(bed: Bed, signal: AbortSignal): Promise<TrendMark[]> {
  if (bed.mode === 'playback') return []
  const path = `/api/alerts?limit=200&patientId=${encodeURIComponent(bed.patientId)}`
  const answer = await fetchJson<AlertView[]>(path, signal)
  if (!answer.ok) return []
  return trendMarks(
    answer.value.map((alert) => ({ ...alert, endedTimeMs: alert.presence === 'off' ? alert.eventTimeMs : null })),
  )
}

/** Nor is an archive asked that refused a moment ago. */
function archiveMayAnswer(): boolean {
  return archiveOpen.peek() && clock.monotonicMs() >= askAgainMs
}
