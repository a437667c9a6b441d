import { useComputed } from '@preact/signals'
import { ageWords } from '../ward/staleness.ts'
import { link } from './connection.ts'
import { tick } from './screen-clock.ts'

/** Covers everything the moment the line is lost: what lies beneath is old. */
export function ConnectionLost() {
  const seconds = useComputed(() =>
    link.value.state === 'lost' ? Math.floor((tick.value - link.value.sinceMs) / 1_000) : 0,
  )
  if (link.value.state !== 'lost') return null
  return (
    <div
      class="lost"
      data-testid="connection-lost"
      role="alertdialog"
      aria-labelledby="lost-title"
      aria-describedby="lost-text"
    >
      <div class="lost-box">
        <p class="lost-mark" aria-hidden="true">
          ✕
        </p>
        <h2 id="lost-title">Connection lost</h2>
        <p id="lost-text">This screen shows nothing live. Watch the bedside monitors.</p>
        <p class="lost-since">
          {link.value.why}, {ageWords(Math.max(0, seconds.value))} ago. Trying again…
        </p>
      </div>
    </div>
  )
}
