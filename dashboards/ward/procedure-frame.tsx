import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { tick } from '../app/screen-clock.ts'
import type { Bed } from './bed.ts'
import { freshnessAt } from './freshness.ts'
import { ageWords } from './staleness.ts'

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
  const freshness = useComputed(() => JSON.stringify(freshnessAt(bed, bed.frame.value, tick.value)))
  const { state, seconds } = JSON.parse(freshness.value) as { state: string; seconds?: number | null }
  const words =
    state === 'fresh'
      ? 'now'
      : seconds === null || seconds === undefined
        ? 'nothing received'
        : `${ageWords(seconds)} old`
  return (
    <section class="panel procedure" aria-label="Procedure video" data-freshness={state}>
      <header class="panel-head">
        <h2>Procedure</h2>
        <span class="quiet-text">{words}</span>
      </header>
      <div class="procedure-view">
        {url.value !== null && update !== null && <img src={url.value} alt="Newest frame of the procedure" />}
        {state === 'none' && <strong class="procedure-none">NO VIDEO</strong>}
      </div>
    </section>
  )
}

function bytesOf(jpeg: ArrayBuffer | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(jpeg instanceof ArrayBuffer ? jpeg : new Uint8Array(jpeg))
}
