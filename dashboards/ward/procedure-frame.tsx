import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { tick } from '../app/screen-clock.ts'
import type { Bed } from './bed.ts'
import { freshnessAt } from './freshness.ts'
import { ageWords } from './staleness.ts'
import { viewVerdict } from './view-verdict.ts'

/** The newest frame of the procedure, with its age; an old one is dimmed and says so. */
export function ProcedureFrame({ bed }: { bed: Bed }) {
  const url = useSignal<string | null>(null)
  const update = bed.frame.value?.update ?? null
  useEffect(() => {
    if (update === null) return
    const made = URL.createObjectURL(new Blob([bytesOf(update.jpeg)], { type: 'image/jpeg' }))
    url.value = made
    return () => URL.revokeObjectURL(made)
  }, [update])
  const large = useSignal(false)
  const verdict = viewVerdict(bed.prediction.value)
  const freshness = useComputed(() => JSON.stringify(freshnessAt(bed, bed.frame.value, tick.value)))
  const { state, seconds } = JSON.parse(freshness.value) as { state: string; seconds?: number | null }
  const words =
    state === 'fresh'
      ? 'now'
      : seconds === null || seconds === undefined
        ? 'nothing received'
        : `${ageWords(seconds)} old`
  return (
    <section class="panel procedure" aria-label="Procedure video" data-freshness={state} data-large={large.value}>
      <header class="panel-head">
        <h2>Procedure</h2>
        <span class="quiet-text">{words}</span>
        <button
          type="button"
          class="quiet"
          aria-pressed={large.value}
          disabled={update === null}
          onClick={() => (large.value = !large.value)}
        >
          {large.value ? 'Smaller' : 'Enlarge'}
        </button>
      </header>
      <div class="procedure-view">
        {url.value !== null && update !== null && (
          <img src={url.value} alt={`Newest frame of the procedure, ${words}. ${verdict}`} />
        )}
        {state === 'none' && <strong class="procedure-none">NO VIDEO</strong>}
      </div>
      <p class="procedure-verdict">{verdict}</p>
    </section>
  )
}

function bytesOf(jpeg: ArrayBuffer | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(jpeg instanceof ArrayBuffer ? jpeg : new Uint8Array(jpeg))
}
