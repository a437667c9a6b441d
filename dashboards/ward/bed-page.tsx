import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { PlaybackBanner } from '../episodes/playback-banner.tsx'
import { stopPlaying } from '../episodes/player.ts'
import { StretchForm } from '../episodes/stretch-form.tsx'
import { link } from '../app/connection.ts'
import { ward } from '../app/watch.ts'
import { AlertPanel } from './alert-detail.tsx'
import { useBedFreshness } from './bed-tile.tsx'
import type { Bed } from './bed.ts'
import { AssignForm, BedNurse } from './bed-nurse.tsx'
import { BedScreen } from './bed-screen.tsx'
import { ModalityMarks } from './modality-marks.tsx'
import { patientWords } from './patient-words.ts'
import { RiskMark } from './risk-mark.tsx'
import { ageWords } from './staleness.ts'

/** One bed, live; or, in a frame that cannot be mistaken, a stored stretch of it. */
export function BedPage({ patientId, alertId }: { patientId: string; alertId: string | null }) {
  const choosing = useSignal(false)
  const assigning = useSignal(false)
  useEffect(() => stopPlaying, [])
  const live = ward.bed(patientId)
  const played = ward.playedBed.value
  if (live === undefined)
    return (
      <p class="board-empty" role="status">
        {link.value.state === 'live' ? 'There is no such bed on the board. ' : 'Waiting for the ward… '}
        <a class="back" href="#/ward">
          ‹ Ward
        </a>
      </p>
    )
  if (played !== null)
    return (
      <section class="bed" data-playback="true">
        <h1 class="unseen">{live.bedId} playback</h1>
        <div class="playback-frame">
          <PlaybackBanner />
          <BedScreen key={played.waves.playout.speed} bed={played} />
        </div>
      </section>
    )
  return (
    <section class="bed" data-playback="false">
      <header class="page-head">
        <a class="back" href="#/ward">
          ‹ Ward
        </a>
        <h1>{live.bedId}</h1>
        <span class="bed-who">{patientWords(live.context.value)}</span>
        <BedNurse bed={live} open={assigning} />
        <ModalityMarks bed={live} />
        <RiskMark bed={live} />
        <Freshness bed={live} />
        <button
          type="button"
          class="quiet"
          aria-expanded={choosing.value}
          onClick={() => (choosing.value = !choosing.value)}
        >
          Play back…
        </button>
      </header>
      {assigning.value && <AssignForm bed={live} open={assigning} />}
      {choosing.value && <StretchForm patientId={patientId} />}
      {alertId !== null && <AlertPanel bed={live} alertId={alertId} />}
      <BedScreen bed={live} />
    </section>
  )
}

function Freshness({ bed }: { bed: Bed }) {
  const freshness = useBedFreshness(bed)
  if (freshness.state === 'fresh') return <span class="bed-live">● Live</span>
  const since = freshness.seconds === null ? 'nothing received yet' : `for ${ageWords(freshness.seconds)}`
  return (
    <strong class="bed-stale" data-freshness={freshness.state}>
      NO DATA {since}
    </strong>
  )
}
