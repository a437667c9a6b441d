import { useComputed } from '@preact/signals'
import type { BoardWaveform } from '../../src/watch/board-waveforms.ts'
import { serverNowMs, tick } from '../app/screen-clock.ts'
import { bedHref } from '../app/router.ts'
import { AlarmBar } from './alarm-bar.tsx'
import { signalLabel } from './alert-words.ts'
import type { Bed } from './bed.ts'
import { bedFreshness } from './freshness.ts'
import { ModalityMarks } from './modality-marks.tsx'
import { NurseMark } from './nurse-mark.tsx'
import { NumericCell, PressureCell } from './numeric-cell.tsx'
import { patientWords, personWords } from './patient-words.ts'
import { RiskMark } from './risk-mark.tsx'
import { ageWords, countdown, FIRST_DATA_MS, type Freshness } from './staleness.ts'
import { SIGNAL_TONE, Strip } from './strip.tsx'

export function useBedFreshness(bed: Bed): Freshness {
  const key = useComputed(() => JSON.stringify(bedFreshness(bed, tick.value)))
  return JSON.parse(key.value) as Freshness
}

export function BedTile({ bed, waves }: { bed: Bed; waves: readonly BoardWaveform[] }) {
  const freshness = useBedFreshness(bed)
  const worst = bed.standing.value[0]
  const diagnosis = bed.context.value?.diagnosis ?? ''
  return (
    <article
      class="tile"
      data-testid="bed-tile"
      data-patient-id={bed.patientId}
      data-stale={freshness.state !== 'fresh'}
      data-freshness={freshness.state}
      data-priority={worst?.priority}
      data-presence={worst?.presence}
      data-kind={worst?.kind}
    >
      <header class="tile-head">
        <div class="tile-names">
          <h2 class="tile-bed">
            <a class="tile-link" href={bedHref(bed.patientId)} title={bed.bedId}>
              {bed.bedId}
            </a>
          </h2>
          <span class="tile-who" title={patientWords(bed.context.value)}>
            {personWords(bed.context.value)}
          </span>
        </div>
        <NurseMark bed={bed} />
        <AudioPaused bed={bed} />
        <RiskMark bed={bed} />
        <ModalityMarks bed={bed} />
      </header>
      {diagnosis !== '' && (
        <p class="tile-diagnosis" title={diagnosis}>
          {diagnosis}
        </p>
      )}
      <AlarmBar alerts={bed.standing.value} />
      <div class="tile-body">
        <div class="tile-strips">
          {waves.map((code) => (
            <div key={code} class="tile-strip">
              <Strip bed={bed} code={code} testId={`${code}-strip`} />
              <span class={`strip-label ${SIGNAL_TONE[code]}`}>{signalLabel(code)}</span>
              <SignalState bed={bed} code={code} />
            </div>
          ))}
          {freshness.state === 'stale' && <p class="tile-age">No data for {ageWords(freshness.seconds)}</p>}
        </div>
        <div class="tile-numerics">
          <NumericCell bed={bed} codes={['hr', 'pr']} size="big" />
          <NumericCell bed={bed} codes={['spo2']} size="big" />
          <PressureCell bed={bed} />
          <NumericCell bed={bed} codes={['rr']} />
          <NumericCell bed={bed} codes={['temp']} />
        </div>
        {freshness.state === 'none' && <NoData bed={bed} seconds={freshness.seconds} />}
      </div>
    </article>
  )
}

/** A bed this screen has only just heard of is waited for; after that, nothing is no data. */
function NoData({ bed, seconds }: { bed: Bed; seconds: number | null }) {
  const waiting = useComputed(() => seconds === null && tick.value - (bed.sinceMs ?? tick.value) < FIRST_DATA_MS).value
  if (waiting) return <div class="tile-none tile-waiting">Waiting for the ward…</div>
  return (
    <div class="tile-none">
      <strong>NO DATA</strong>
      <span>{seconds === null ? 'nothing received yet' : `for ${ageWords(seconds)}`}</span>
    </div>
  )
}

/** Says why there is no trace, where the monitor says so itself. */
export function SignalState({ bed, code }: { bed: Bed; code: string }) {
  const validity = bed.waves.validity.value.get(code)
  if (validity === undefined || validity === 'valid') return null
  const words =
    validity === 'questionable' ? '? questionable' : validity === 'calibrating' ? 'calibrating' : 'no signal'
  return <span class="signal-state">{words}</span>
}

function AudioPaused({ bed }: { bed: Bed }) {
  const leftS = useComputed(() =>
    Math.max(0, Math.ceil(((bed.audioPausedUntilMs.value ?? 0) - serverNowMs(tick.value)) / 1_000)),
  ).value
  if (leftS === 0) return null
  return (
    <span class="tile-paused" title="Audio paused">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M4 14.5h12c-1.4-1.4-1.8-3-1.8-5.5 0-3-1.7-4.7-4.2-4.7S5.8 6 5.8 9c0 2.5-.4 4.1-1.8 5.5ZM8.5 17h3" />
        <path stroke-dasharray="3 2" d="M2 2l16 16M18 2L2 18" />
      </svg>
      <b class="unseen">Audio paused</b>
      <span>{countdown(leftS * 1_000)}</span>
    </span>
  )
}
