import { NUMERICS } from '../../src/reading.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { numericOf, scoreText } from './alert-words.ts'
import { NOT_AVAILABLE, type NumericText } from './numeric-text.ts'
import { timeOfDay } from './time-of-day.ts'

/** Past this a time of day alone may be another day's. */
const TODAY_MS = 12 * 3_600_000

/** What of an alert is a figure that has changed since: a numeric by its code, or the score; null: nothing. */
export function figureOf({ condition, reasons }: Pick<AlertView, 'condition' | 'reasons'>): string | null {
  if ((reasons[0]?.value ?? null) === null) return null
  return condition === 'risk:combined' ? 'score' : numericOf(condition)
}

/** Of when the figure in an alert's line is, so that it never passes for one of now. */
export function thenWords({ reasonsTimeMs: atMs }: Pick<AlertView, 'reasonsTimeMs'>, nowMs: number): string {
  if (atMs === undefined) return 'earlier'
  if (Math.abs(nowMs - atMs) < TODAY_MS) return `at ${timeOfDay(atMs)}`
  return `at ${new Date(atMs).toLocaleDateString('en-GB', { day: '2-digit', month: 'short' })} ${timeOfDay(atMs)}`
}

/** The figure as it is now; one that is not fresh is not shown, and that is said. */
export function nowWords(figure: string, now: NumericText | null): string {
  if (now === null || now.text === NOT_AVAILABLE.text) return 'no value now'
  const unit = figure in NUMERICS ? ` ${NUMERICS[figure as keyof typeof NUMERICS].unit}` : ''
  return `now ${now.text}${now.mark}${unit}`
}

export function scoreNow(risk: number | null): NumericText | null {
  return risk === null ? null : { text: scoreText(risk), mark: '' }
}
