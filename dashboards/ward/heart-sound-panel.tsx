import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { tick } from '../app/screen-clock.ts'
import type { Bed } from './bed.ts'
import { freshnessAt } from './freshness.ts'
import { listenTo } from './heart-sound-player.ts'
import { ageWords, type Freshness } from './staleness.ts'
import { Strip } from './strip.tsx'
import { HEART_SOUND } from './wave.ts'

/** The phonocardiogram as it comes, to see and to hear. */
export function HeartSoundPanel({ bed }: { bed: Bed }) {
  const listening = useSignal(false)
  const freshness = JSON.parse(
    useComputed(() => JSON.stringify(freshnessAt(bed, bed.heartSound.value, tick.value))).value,
  ) as Freshness
  const state = wordsOf(freshness)
  useEffect(() => (listening.value ? listenTo(bed) : undefined), [bed, listening.value])
  const canListen = bed.waves.heartPlayout.speed === 1
  return (
    <section class="panel heart-sound" aria-label="Heart sound" data-freshness={freshness.state}>
      <header class="panel-head">
        <h2>Heart sound</h2>
        <span class="quiet-text">{bed.heartSound.value?.site ?? ''}</span>
        <button
          type="button"
          class="quiet"
          aria-pressed={listening.value}
          disabled={!canListen}
          title={canListen ? '' : 'heart sound is heard at its own speed only'}
          onClick={() => (listening.value = !listening.value)}
        >
          {listening.value ? 'Stop listening' : 'Listen'}
        </button>
      </header>
      <div class="heart-strip">
        <Strip bed={bed} code={HEART_SOUND} />
        {state !== '' && <span class="signal-state">{state}</span>}
      </div>
    </section>
  )
}

function wordsOf(freshness: Freshness): string {
  if (freshness.state === 'fresh') return ''
  return freshness.seconds === null ? 'nothing received' : `silent for ${ageWords(freshness.seconds)}`
}
