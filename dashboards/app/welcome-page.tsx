import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { postJson } from './api.ts'
import { comeIn } from './connection.ts'
import { goTo } from './router.ts'
import { failureWords, Field } from './sign-in.tsx'

interface Invited {
  /** Null: of the first account, whose name is yet to be chosen. */
  account: string | null
  name: string | null
}

/** What a link to an account opens: a password is chosen, and the first person chooses the name of the account too. */
export function WelcomePage({ code }: { code: string }) {
  const invited = useSignal<Invited | null>(null)
  const failure = useSignal('')
  const busy = useSignal(false)
  useEffect(() => {
    void postJson<Invited>('/api/welcome/look', { code }).then((answer) => {
      if (answer.ok) invited.value = answer.value
      else failure.value = failureWords(answer)
    })
  }, [code])

  async function submit(form: HTMLFormElement): Promise<void> {
    const given = new FormData(form)
    const text = (name: string): string => String(given.get(name) ?? '')
    if (text('password') !== text('again')) {
      failure.value = 'The two passwords differ.'
      return
    }
    busy.value = true
    const first = { account: text('account').trim(), name: text('name').trim() }
    const chosen = invited.value?.account === null ? first : {}
    const answer = await postJson('/api/welcome', { code, password: text('password'), ...chosen })
    busy.value = false
    if (!answer.ok) {
      failure.value = failureWords(answer)
      return
    }
    goTo('#/')
    comeIn()
  }

  const who = invited.value
  const first = who === null || who.account === null
  return (
    <main class="lost door-page" data-testid="welcome">
      <form
        class="lost-box door-box"
        onSubmit={(event) => {
          event.preventDefault()
          void submit(event.currentTarget)
        }}
      >
        <h1 class="door-title">{first ? 'The first account' : `Welcome, ${who.name ?? ''}`}</h1>
        {who !== null && (
          <>
            {who.account === null ? (
              <>
                <p>It manages everybody else’s. From then on nobody gets in without an account.</p>
                <Field
                  label="Account"
                  name="account"
                  type="text"
                  autocomplete="username"
                  hint="small letters, such as ann"
                />
                <Field label="Your name" name="name" type="text" autocomplete="name" hint="as others read it" />
              </>
            ) : (
              <p>
                Your account is <strong>{who.account}</strong>.
                <input
                  class="unseen"
                  name="account"
                  autocomplete="username"
                  value={who.account}
                  readOnly
                  tabIndex={-1}
                  aria-hidden="true"
                />
              </p>
            )}
            <Field
              label="Password"
              name="password"
              type="password"
              autocomplete="new-password"
              hint="12 characters or more; a sentence is good"
            />
            <Field label="The password again" name="again" type="password" autocomplete="new-password" />
          </>
        )}
        {failure.value !== '' && (
          <p class="door-failure" role="alert" data-testid="welcome-failure">
            {failure.value}
          </p>
        )}
        {who !== null && (
          <button type="submit" class="primary door-enter" disabled={busy.value}>
            {busy.value ? 'One moment…' : 'Make it mine'}
          </button>
        )}
        <a class="door-link" href="#/">
          To the ward
        </a>
      </form>
    </main>
  )
}

/** What the link of a wall screen opens: this browser becomes it, after somebody has said so. */
export function KioskLinkPage({ code }: { code: string }) {
  const failure = useSignal('')
  async function become(): Promise<void> {
    const answer = await postJson('/api/welcome/kiosk', { code })
    if (!answer.ok) {
      failure.value = failureWords(answer)
      return
    }
    goTo('#/')
    comeIn()
  }
  return (
    <main class="lost door-page" data-testid="kiosk-link">
      <div class="lost-box door-box">
        <h1 class="door-title">A wall screen</h1>
        <p>This browser will show one unit’s board to everyone who passes, for a year. Nothing can be done on it.</p>
        {failure.value !== '' && (
          <p class="door-failure" role="alert">
            {failure.value}
          </p>
        )}
        <button type="button" class="primary door-enter" onClick={() => void become()}>
          Make this the wall screen
        </button>
        <a class="door-link" href="#/">
          To the ward
        </a>
      </div>
    </main>
  )
}

/** Where the hospital's own sign-in ends when it lets nobody in. */
export function NotLetInPage({ code }: { code: string }) {
  return (
    <main class="lost door-page" data-testid="not-let-in">
      <div class="lost-box door-box">
        <h1 class="door-title">Not let in</h1>
        <p role="alert">{failureWords({ ok: false, status: 0, code, message: 'it could not be said why' })}</p>
        <a class="door-link" href="#/">
          Try again
        </a>
      </div>
    </main>
  )
}
