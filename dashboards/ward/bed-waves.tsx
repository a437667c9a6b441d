import { useComputed, useSignal } from '@preact/signals'
import { tick } from '../app/screen-clock.ts'
import { WAVEFORMS, type WaveformCode } from '../../src/reading.ts'
import { SignalState } from './bed-tile.tsx'
import type { Bed } from './bed.ts'
import { freshnessAt } from './freshness.ts'
import { ageWords, type Freshness } from './staleness.ts'
import { SIGNAL_TONE, Strip } from './strip.tsx'
import { SWEEP_MM_PER_S } from './sweep.ts'

export function BedWaves({ bed }: { bed: Bed }) {
  const { speed } = bed.waves.playout
  const freshness = JSON.parse(
    useComputed(() => JSON.stringify(freshnessAt(bed, bed.waves.seen, tick.value))).value,
  ) as Freshness
  return (
    <section class="panel bed-waves" aria-label="Waveforms" data-freshness={freshness.state}>
      {(Object.keys(WAVEFORMS) as WaveformCode[]).map((code) => (
        <WaveRow key={code} bed={bed} code={code} />
      ))}
      {freshness.state === 'none' && freshness.seconds !== null && (
        <div class="waves-none">
          <strong>NO DATA</strong>
          <span>for {ageWords(freshness.seconds)}</span>
        </div>
      )}
      <p class="paper">
        {SWEEP_MM_PER_S} mm/s{speed === 1 ? '' : ` of paper for ${speed} s of event time a second`}
      </p>
    </section>
  )
}

function WaveRow({ bed, code }: { bed: Bed; code: WaveformCode }) {
  const scale = useSignal<readonly [string, string]>(['', ''])
  return (
    <div class={`wave-row ${SIGNAL_TONE[code]}`}>
      <span class="wave-label">{WAVEFORMS[code].label}</span>
      <span class="wave-scale" aria-hidden="true">
        <span>{scale.value[1]}</span>
        <span>{scale.value[0]}</span>
      </span>
      <div class="wave-strip">
        <Strip
          bed={bed}
          code={code}
          {...(code === 'ecg' ? { testId: 'ecg-strip' } : {})}
          onScale={(low, high) => (scale.value = [low, high])}
        />
        <SignalState bed={bed} code={code} />
      </div>
    </div>
  )
}
