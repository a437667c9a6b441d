import { useComputed } from '@preact/signals'
import { ageWords } from '../ward/staleness.ts'
import { link, signIn } from './connection.ts'
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

/** Asks for the token where the server wants one. */
export function TokenForm() {
  if (link.value.state !== 'unauthorised') return null
  return (
    <div class="lost" data-testid="token-form" role="dialog" aria-labelledby="token-title">
      <form
        class="lost-box"
        onSubmit={(event) => {
          event.preventDefault()
          const given = new FormData(event.currentTarget).get('token')
          signIn(typeof given === 'string' ? given.trim() : '')
        }}
      >
        <h2 id="token-title">Sign in</h2>
        <label class="token-label">
          Access token
          <input name="token" type="password" autocomplete="off" required />
        </label>
        <button type="submit" class="primary">
          Open the ward
        </button>
      </form>
    </div>
  )
}
