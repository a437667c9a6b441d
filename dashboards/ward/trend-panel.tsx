import { useSignal } from '@preact/signals'
import { AlertLane } from './alert-lane.tsx'
import type { Bed } from './bed.ts'
import { TrendChart } from './trend-chart.tsx'
import { type ShownTrends, useTrends } from './trend-source.ts'
import { historyWords, type SpanHours, SPANS_H, timeWords } from './trend-span.ts'

/** What the numerics and the score did: from the archive, or where it is away from what this screen saw. */
export function TrendPanel({ bed }: { bed: Bed }) {
  const hours = useSignal<SpanHours>(1)
  const cursorMs = useSignal<number | null>(null)
  const trends = useTrends(bed, hours.value).value
  const { rows, fromMs, toMs } = trends
  // What held when a stretch was recorded is not stored with it.
  const limits = bed.mode === 'live' ? bed.effectiveLimits.value : []
  const at = cursorMs.value
  return (
    <section class="panel trends" aria-label="Trends" data-source={trends.source}>
      <header class="panel-head">
        <h2>Trends</h2>
        <span class="trend-says">{at === null ? sourceWords(trends) : `at ${timeWords(at, { fromMs, toMs })}`}</span>
        {bed.mode === 'live' && (
          <span class="segments" role="group" aria-label="Span">
            {SPANS_H.map((span) => (
              <button
                key={span}
                type="button"
                class="quiet"
                aria-pressed={hours.value === span}
                onClick={() => (hours.value = span)}
              >
                {span} h
              </button>
            ))}
          </span>
        )}
      </header>
      <div class="trend-rows">
        <AlertLane trends={trends} patientId={bed.patientId} />
        {rows.map((row, index) => (
          <TrendChart
            key={row.id}
            row={row}
            trends={trends}
            patientId={bed.patientId}
            limits={limits}
            cursorMs={cursorMs}
            withTimes={index === rows.length - 1}
          />
        ))}
      </div>
    </section>
  )
}

function sourceWords({ columns, fromMs, toMs, source }: ShownTrends): string {
  if (source === 'none') return ''
  const first = Math.min(...Object.values(columns).map((column) => column?.times[0] ?? Infinity))
  const short = historyWords(first === Infinity ? null : first, { fromMs, toMs })
  const from = source === 'archive' ? 'from the archive' : 'archive away: as seen by this screen'
  return short === '' || source === 'screen' ? from : `${from}; ${short}`
}
