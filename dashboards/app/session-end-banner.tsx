import { useComputed, useSignal } from '@preact/signals'
import { fetchJson, postJson } from './api.ts'
import { comeIn } from './connection.ts'
import { kioskUnit } from './kiosk.ts'
import { me } from './me.ts'
import { clock, serverClock, tick } from './screen-clock.ts'
import { sessionEndWords } from './session-end.ts'
import { failureWords, Field } from './sign-in.tsx'

/** Before a session ends by itself: when, what that means, and a way to stay that covers nothing of the ward. */
export function SessionEndBanner() {
  const words = useComputed(() => {
    const nowMs = serverClock.nowMs(Math.max(tick.value, clock.monotonicMs()))
    return JSON.stringify(nowMs === null ? null : sessionEndWords(me.value?.latestEndMs ?? null, nowMs))
  }).value
  const asked = useSignal(false)
  const failure = useSignal('')
  const busy = useSignal(false)
  const ways = useSignal<{ openIdConnect?: boolean }>({})
  const said = JSON.parse(words) as ReturnType<typeof sessionEndWords>
  if (said === null) return null

  async function ask(): Promise<void> {
    asked.value = true
    const answer = await fetchJson<{ openIdConnect?: boolean }>('/api/sign-in')
    if (answer.ok) ways.value = answer.value
  }

  async function submit(form: HTMLFormElement): Promise<void> {
    const given = new FormData(form)
    const text = (name: string): string => String(given.get(name) ?? '')
    failure.value = ''
    busy.value = true
    const answer = await postJson('/api/sign-in', { account: text('account'), password: text('password') })
    busy.value = false
    if (!answer.ok) return void (failure.value = failureWords(answer))
    asked.value = false
    comeIn()
  }

  return (
    <section class="session-end" data-testid="session-end" aria-label="End of this session">
      <p class="session-end-words">
        <strong role="status">{said.at}</strong> That is {said.left}; then this screen shows nothing live.
      </p>
      {kioskUnit.value === null && !asked.value && (
        <button type="button" class="primary" onClick={() => void ask()}>
          Sign in again
        </button>
      )}
      {asked.value && (
        <form
          class="session-end-form"
          onSubmit={(event) => {
            event.preventDefault()
            void submit(event.currentTarget)
          }}
        >
          <Field label="Account" name="account" type="text" autocomplete="username" />
          <Field label="Password" name="password" type="password" autocomplete="current-password" />
          <button type="submit" class="primary" disabled={busy.value}>
            {busy.value ? 'Signing in…' : 'Sign in'}
          </button>
          <button type="button" class="quiet" onClick={() => (asked.value = false)}>
            Cancel
          </button>
          {ways.value.openIdConnect === true && (
            <a class="door-link" href="/api/openid/start">
              Sign in with the hospital’s account
            </a>
          )}
          {failure.value !== '' && <p role="alert">{failure.value}</p>}
        </form>
      )}
    </section>
  )
}
