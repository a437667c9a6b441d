import { useSignal } from '@preact/signals'
import { me } from '../app/me.ts'
import { nurses, nursesOf } from '../app/nurses.ts'

interface NurseChoiceProps {
  /** Of this unit; null: of every unit on the screen. */
  unitId: string | null
  /** Who is chosen already; undefined: nothing is. */
  chosen: string | null | undefined
  busy?: boolean
  choose: (userId: string | null) => void
}

/** Whom a patient can be given: me first, then every nurse with the number of beds, then nobody. */
export function NurseChoice({ unitId, chosen, busy = false, choose }: NurseChoiceProps) {
  const known = nurses.value
  const typed = useSignal('')
  if (known === null) return <p class="quiet-text">Whom it can be given to is not known: the list could not be read.</p>
  const own = me.value?.id
  const all = unitId === null ? known.nurses : nursesOf(unitId)
  const sorted = [...all].sort((a, b) => Number(b.userId === own) - Number(a.userId === own))
  const button = (userId: string | null, words: string) => (
    <button
      key={userId ?? ''}
      type="button"
      class="quiet nurse-choice"
      data-nurse={userId ?? ''}
      aria-pressed={chosen === userId}
      disabled={busy}
      onClick={() => choose(userId)}
    >
      {words}
    </button>
  )
  return (
    <div class="nurse-choices">
      {sorted.map(({ userId, name, beds }) =>
        button(userId, `${userId === own ? `Me, ${name}` : name} · ${bedCount(beds)}`),
      )}
      {button(null, 'Nobody')}
      {known.anyName && (
        <form
          class="nurse-typed"
          onSubmit={(event) => {
            event.preventDefault()
            if (typed.value.trim() !== '') choose(typed.value.trim())
          }}
        >
          <input
            aria-label="Name of a nurse"
            placeholder="another name"
            maxLength={100}
            value={typed.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
          <button type="submit" class="quiet" disabled={busy || typed.value.trim() === ''}>
            Choose
          </button>
        </form>
      )}
    </div>
  )
}

export function bedCount(beds: number): string {
  return beds === 1 ? '1 bed' : `${beds} beds`
}
