import { useSignal } from '@preact/signals'
import type { Bed } from './bed.ts'
import { TrendChart } from './trend-chart.tsx'
import { TREND_CODES, useTrends } from './trend-source.ts'

const SPANS_MIN = [15, 60, 360, 1_440] as const
const SPAN_WORDS = { 15: '15 min', 60: '1 h', 360: '6 h', 1440: '24 h' } as const

/** What the numerics did: from the archive, or where it is away from what this screen saw. */
export function TrendPanel({ bed }: { bed: Bed }) {
  const spanMin = useSignal<(typeof SPANS_MIN)[number]>(60)
  const trends = useTrends(bed, spanMin.value)
  const { columns, fromMs, toMs, source } = trends.value
  return (
    <section class="panel trends" aria-label="Trends">
      <header class="panel-head">
        <h2>Trends</h2>
        <span class="quiet-text">
          {source === 'archive'
            ? 'from the archive'
            : source === 'screen'
              ? 'archive away: as seen by this screen'
              : ''}
        </span>
        {bed.mode === 'live' && (
          <span class="segments" role="group" aria-label="Span">
            {SPANS_MIN.map((minutes) => (
              <button
                key={minutes}
                type="button"
                class="quiet"
                aria-pressed={spanMin.value === minutes}
                onClick={() => (spanMin.value = minutes)}
              >
                {SPAN_WORDS[minutes]}
              </button>
            ))}
          </span>
        )}
      </header>
      <div class="trend-charts">
        {TREND_CODES.map((code) => (
          <TrendChart key={code} code={code} column={columns[code]} fromMs={fromMs} toMs={toMs} />
        ))}
      </div>
    </section>
  )
}
