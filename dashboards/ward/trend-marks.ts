import type { AlertView } from '../../src/watch/events.ts'
import type { Priority } from '../../src/records.ts'
import { headline } from './alert-reasons.ts'
import { numericOf, PRIORITY_WORD } from './alert-words.ts'
import { SCORE } from './trend-rows.ts'

/** An alert as the trends mark it: from its onset to its end. */
export interface TrendMark {
  alertId: string
  priority: Priority
  technical: boolean
  fromMs: number
  /** null: it stands */
  toMs: number | null
  /** The code whose row it is drawn on; null: on none, only in the row of alerts. */
  code: string | null
  words: string
}

/** Several that lie too near to each other to be told apart are one, with the mark of the worst. */
export interface MarkGroup {
  atPct: number
  worst: TrendMark
  marks: readonly TrendMark[]
}

const RANK = { high: 0, medium: 1, low: 2 } as const satisfies Record<Priority, number>

export function trendMarks(alerts: readonly (AlertView & { endedTimeMs: number | null })[]): TrendMark[] {
  return alerts.map((alert) => ({
    alertId: alert.alertId,
    priority: alert.priority,
    technical: alert.kind === 'technical',
    fromMs: alert.onsetTimeMs,
    toMs: alert.endedTimeMs,
    code: alert.condition === 'risk:combined' ? SCORE : numericOf(alert.condition),
    words: `${PRIORITY_WORD[alert.priority]}: ${headline(alert)}${alert.count > 1 ? ` ×${alert.count}` : ''}`,
  }))
}

/** The marks by where they begin, from left to right; one that began before stands at the left edge. */
export function grouped(
  marks: readonly TrendMark[],
  { fromMs, toMs, apartPct }: { fromMs: number; toMs: number; apartPct: number },
): MarkGroup[] {
  const placed = marks
    .map((mark) => ({ mark, atPct: Math.max(0, (100 * (mark.fromMs - fromMs)) / (toMs - fromMs)) }))
    .filter(({ mark, atPct }) => atPct <= 100 && (mark.toMs ?? toMs) >= fromMs)
    .sort((a, b) => a.atPct - b.atPct)
  const groups: { atPct: number; marks: TrendMark[] }[] = []
  for (const { mark, atPct } of placed) {
    const last = groups.at(-1)
    if (last !== undefined && atPct - last.atPct < apartPct) last.marks.push(mark)
    else groups.push({ atPct, marks: [mark] })
  }
  return groups.flatMap(({ atPct, marks: its }) => {
    const worst = [...its].sort((a, b) => RANK[a.priority] - RANK[b.priority] || b.fromMs - a.fromMs)[0]
    return worst === undefined ? [] : [{ atPct, worst, marks: its }]
  })
}
