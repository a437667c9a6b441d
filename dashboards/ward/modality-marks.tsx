import { useComputed } from '@preact/signals'
import { tick } from '../app/screen-clock.ts'
import { MODALITY_WORD } from './alert-words.ts'
import type { Bed } from './bed.ts'
import { freshnessAt, windowFresh } from './freshness.ts'
import { modalityState } from './modality-state.ts'

const MARKS = [
  ['vitals', 'V'],
  ['pcg', 'H'],
  ['video', 'P'],
] as const

const STATE_WORDS = { live: 'live', silent: 'silent', unknown: 'not known' } as const

/** Whether this bed's newest conclusions are of now. */
export function useWindowFresh(bed: Bed) {
  return useComputed(() => windowFresh(bed, tick.value))
}

/** V, H, P: which of the three streams are there. A dash through the letter says silent, so colour is not needed. */
export function ModalityMarks({ bed }: { bed: Bed }) {
  const fresh = useWindowFresh(bed).value
  const vitals = useComputed(() => freshnessAt(bed, bed.vitalsSeen.value, tick.value).state).value
  const window = bed.lastWindow.value
  const prediction = bed.prediction.value
  return (
    <ul class="modalities" aria-label="Streams">
      {MARKS.map(([modality, letter]) => {
        const seen = modalityState(modality, window, prediction, fresh)
        const state = modality === 'vitals' ? (vitals === 'fresh' ? 'live' : 'silent') : seen.state
        const words = `${MODALITY_WORD[modality]}: ${STATE_WORDS[state]}${state === 'silent' ? ` (${seen.why})` : ''}`
        return (
          <li key={modality} class="modality" data-state={state} title={words}>
            <span aria-hidden="true">{letter}</span>
            <span class="unseen">{words}</span>
          </li>
        )
      })}
    </ul>
  )
}
