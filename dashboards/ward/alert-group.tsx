import { useComputed } from '@preact/signals'
import { me } from '../app/me.ts'
import { bedHref } from '../app/router.ts'
import { serverNowMs, tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { type BedGroup, groupWords } from './alert-groups.ts'
import { AlertItem } from './alert-item.tsx'
import { isUnanswered } from './alert-order.ts'
import { pauseAudio, resumeAudio } from './commands.ts'
import { shortName } from './nurse-words.ts'
import { countdown } from './staleness.ts'
import { whoWords } from './who-words.ts'

/** The alerts of one bed under its name; what is done to the bed as a whole stands there once. */
export function AlertGroup({ group }: { group: BedGroup }) {
  const { patientId, bedId, alerts } = group
  return (
    <section
      class="alert-group"
      aria-label={`Alerts of ${bedId}`}
      data-testid="alert-group"
      data-patient-id={patientId}
      data-answered={!alerts.some(isUnanswered)}
    >
      <header class="alert-group-head">
        <h3>
          <a class="alert-bed" href={bedHref(patientId)}>
            {bedId}
          </a>
        </h3>
        <Assigned patientId={patientId} />
        <span class="alert-group-count">{groupWords(group)}</span>
        <AudioPause patientId={patientId} bedId={bedId} />
      </header>
      <ul class="alert-items">
        {alerts.map((alert) => (
          <AlertItem key={alert.alertId} alert={alert} />
        ))}
      </ul>
    </section>
  )
}

/** Whose patient it is; not said to that nurse. */
function Assigned({ patientId }: { patientId: string }) {
  const userId = ward.bed(patientId)?.assignment.value?.userId ?? null
  if (userId === null || userId === me.value?.id) return null
  const name = whoWords(userId)
  return (
    <span class="tag" data-testid="alert-nurse" title={`Nurse: ${name}`}>
      {shortName(name) ?? name}
    </span>
  )
}

function AudioPause({ patientId, bedId }: { patientId: string; bedId: string }) {
  const leftMs = useComputed(() => {
    const untilMs = ward.bed(patientId)?.audioPausedUntilMs.value ?? null
    const nowMs = serverNowMs(tick.value)
    return untilMs === null || untilMs <= nowMs ? 0 : Math.ceil((untilMs - nowMs) / 1_000) * 1_000
  }).value
  const paused = leftMs > 0
  return (
    <button
      type="button"
      class="quiet pause-audio"
      data-testid="pause-audio"
      aria-label={`${paused ? 'Resume' : 'Pause'} audio of ${bedId}`}
      onClick={() => void (paused ? resumeAudio(patientId) : pauseAudio(patientId))}
    >
      {paused ? `Audio paused ${countdown(leftMs)} · resume` : 'Pause audio'}
    </button>
  )
}
