/** Hours that the trends can show. */
export const SPANS_H = [1, 6, 12, 24, 48, 72] as const
export type SpanHours = (typeof SPANS_H)[number]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** Of the span; what is missing at its beginning is told where it is more. */
const TOLD = 0.05

/** Hours and minutes; with seconds where a chart spans only minutes, with the day where it spans more than one. */
export function timeWords(atMs: number, { fromMs, toMs }: { fromMs: number; toMs: number }): string {
  const at = new Date(atMs)
  const text = at.toLocaleTimeString('en-GB')
  if (toMs - fromMs <= 10 * MINUTE_MS) return text
  if (toMs - fromMs <= 24 * HOUR_MS) return text.slice(0, 5)
  return `${at.toLocaleDateString('en-GB', { weekday: 'short' })} ${text.slice(0, 5)}`
}

/** How much there is, in words, where it is less than what was asked for; '' where the span is full. */
export function historyWords(firstMs: number | null, { fromMs, toMs }: { fromMs: number; toMs: number }): string {
  if (firstMs === null) return 'nothing is stored of this time'
  if (firstMs - fromMs <= (toMs - fromMs) * TOLD) return ''
  return `there are only ${lengthWords(toMs - firstMs)} of these ${lengthWords(toMs - fromMs)}`
}

function lengthWords(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(1, Math.round(ms / 1_000))} s`
  if (ms < 90 * MINUTE_MS)
    return ms >= HOUR_MS && ms < HOUR_MS + MINUTE_MS ? '1 h' : `${Math.round(ms / MINUTE_MS)} min`
  const hours = Math.floor(ms / HOUR_MS)
  const minutes = Math.round((ms % HOUR_MS) / MINUTE_MS)
  return minutes === 0 || hours >= 6 ? `${Math.round(ms / HOUR_MS)} h` : `${hours} h ${minutes} min`
}
