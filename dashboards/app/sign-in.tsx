import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { fetchJson, type Fetched, postJson } from './api.ts'
import { codeWords } from './code-words.ts'
import { comeIn, link } from './connection.ts'
import { keepToken } from './token.ts'

/** How people may sign in here, as the server says it. */
interface Ways {
  openIdConnect?: boolean
}

/**
 * Asks who it is. A screen that was live before is covered by it: what lies beneath is old, and that is said as it is when the
 * line is lost.
 */
export function SignIn() {
  const ways = useSignal<Ways>({})
  const failure = useSignal('')
  const busy = useSignal(false)
  const byToken = useSignal(false)
  const asked = link.value.state === 'unauthorised'
  useEffect(() => {
    if (!asked) return
    void fetchJson<Ways>('/api/sign-in').then((answer) => {
      if (answer.ok) ways.value = answer.value
    })
  }, [asked])
  if (link.value.state !== 'unauthorised') return null
  const { wasLive } = link.value

  async function submit(form: HTMLFormElement): Promise<void> {
    const given = new FormData(form)
    const text = (name: string): string => String(given.get(name) ?? '')
    failure.value = ''
    if (byToken.value) {
      keepToken(text('token').trim())
      return comeIn()
    }
    busy.value = true
    const answer = await postJson('/api/sign-in', { account: text('account'), password: text('password') })
    busy.value = false
    if (answer.ok) comeIn()
    else failure.value = failureWords(answer)
  }

  return (
    <div class="lost" data-testid="sign-in" role="dialog" aria-modal="true" aria-labelledby="sign-in-title">
      <form
        class="lost-box door-box"
        data-was-live={wasLive}
        onSubmit={(event) => {
          event.preventDefault()
          void submit(event.currentTarget)
        }}
      >
        <h2 id="sign-in-title">Sign in</h2>
        {wasLive && (
          <p class="door-warning" role="alert">
            Nobody is signed in here any more. This screen shows nothing live. Watch the bedside monitors.
          </p>
        )}
        {byToken.value ? (
          <Field label="Access token" name="token" type="password" autocomplete="off" />
        ) : (
          <>
            <Field label="Account" name="account" type="text" autocomplete="username" />
            <Field label="Password" name="password" type="password" autocomplete="current-password" />
          </>
        )}
        {failure.value !== '' && (
          <p class="door-failure" role="alert" data-testid="sign-in-failure">
            {failure.value}
          </p>
        )}
        <button type="submit" class="primary door-enter" disabled={busy.value}>
          {busy.value ? 'Signing in…' : 'Sign in'}
        </button>
        {ways.value.openIdConnect === true && (
          <a class="door-other" href="/api/openid/start" data-testid="openid">
            Sign in with the hospital’s account
          </a>
        )}
        <button type="button" class="door-link" onClick={() => (byToken.value = !byToken.value)}>
          {byToken.value ? 'Sign in with an account' : 'Use an access token'}
        </button>
        <p class="door-small">Not a medical device. Not a primary alarm.</p>
      </form>
    </div>
  )
}

interface FieldProps {
  label: string
  name: string
  type: 'text' | 'password'
  autocomplete: 'username' | 'current-password' | 'new-password' | 'name' | 'off'
  hint?: string
}

export function Field({ label, name, type, autocomplete, hint }: FieldProps) {
  return (
    <label class="door-field">
      {label}
      {type === 'password' ? (
        <input type="password" name={name} autocomplete={autocomplete} required />
      ) : (
        <input type="text" name={name} autocomplete={autocomplete} autocapitalize="none" spellcheck={false} required />
      )}
      {hint !== undefined && <span class="door-hint">{hint}</span>}
    </label>
  )
}

/** The code's words, and what the server adds to them: when the next try is listened to, what a password lacks. */
export function failureWords({ code, message }: Extract<Fetched<unknown>, { ok: false }>): string {
  const words = codeWords(code)
  const text = words === null || message.startsWith(words) ? message : words
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
