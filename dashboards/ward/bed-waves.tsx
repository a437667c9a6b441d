import { signal, useComputed, useSignal } from '@preact/signals'
import { tick } from '../app/screen-clock.ts'
import { WAVEFORMS, type WaveformCode } from '../../src/reading.ts'
import { SignalState } from './bed-tile.tsx'
import type { Bed } from './bed.ts'
import { freshnessAt } from './freshness.ts'
import { ageWords, type Freshness } from './staleness.ts'
import { SIGNAL_TONE, Strip } from './strip.tsx'
import { SWEEP_MM_PER_S, SWEEPS_MM_PER_S, unitBar } from './sweep.ts'

/** As the person at this screen last chose it, for every bed. */
const sweepSpeed = signal<number>(SWEEP_MM_PER_S)

export function BedWaves({ bed }: { bed: Bed }) {
  const { speed } = bed.waves.playout
  const mmPerS = sweepSpeed.value
  const freshness = JSON.parse(
    useComputed(() => JSON.stringify(freshnessAt(bed, bed.waves.seen, tick.value))).value,
  ) as Freshness
  return (
    <section class="panel bed-waves" aria-label="Waveforms" data-freshness={freshness.state}>
      {(Object.keys(WAVEFORMS) as WaveformCode[]).map((code) => (
        <WaveRow key={code} bed={bed} code={code} mmPerS={mmPerS} />
      ))}
      {freshness.state === 'none' && freshness.seconds !== null && (
        <div class="waves-none">
          <strong>NO DATA</strong>
          <span>for {ageWords(freshness.seconds)}</span>
        </div>
      )}
      <div class="paper">
        <span class="segments" role="group" aria-label="Paper speed, mm/s">
          {SWEEPS_MM_PER_S.map((choice) => (
            <button
              key={choice}
              type="button"
              class="quiet"
              aria-pressed={choice === mmPerS}
              onClick={() => (sweepSpeed.value = choice)}
            >
              {choice}
            </button>
          ))}
        </span>
        <span>mm/s{speed === 1 ? '' : ` of paper for ${speed} s of event time a second`}</span>
      </div>
    </section>
  )
}

function WaveRow({ bed, code, mmPerS }: { bed: Bed; code: WaveformCode; mmPerS: number }) {
  const scale = useSignal<readonly [string, string]>(['', ''])
  const bar = useSignal<{ bottom: number; height: number } | null>(null)
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
          mmPerS={mmPerS}
          onScale={(low, high, now) => {
            scale.value = [low, high]
            bar.value = now.unit === 'mV' ? unitBar(now) : null
          }}
        />
        {bar.value !== null && <UnitBar {...bar.value} />}
        <SignalState bed={bed} code={code} />
      </div>
    </div>
  )
}

/** One millivolt, as a bar beside the trace: how high a wave is can be read whatever the scale. */
function UnitBar({ bottom, height }: { bottom: number; height: number }) {
  // The painter leaves 3 px at both ends.
  const of = (part: number): string => `calc((100% - 6px) * ${part})`
  return (
    <span class="unit-bar" style={{ bottom: `calc(3px + (100% - 6px) * ${bottom})`, height: of(height) }}>
      <span>1 mV</span>
    </span>
  )
}
