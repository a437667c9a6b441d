import { hasAccount } from '../app/nurses.ts'
import { me } from '../app/me.ts'
import type { Bed } from './bed.ts'
import { initials, shortName } from './nurse-words.ts'
import { whoWords } from './who-words.ts'

/** Where an account is lacking: locked, without the unit, or of another machine. */
export const NO_ACCOUNT = 'no longer has an account here for this unit'

/** Who looks after the patient: a short name where there is room for a whole one, else initials; a dash: nobody. */
export function NurseMark({ bed }: { bed: Bed }) {
  const userId = bed.assignment.value?.userId ?? null
  if (userId === null)
    return (
      <span class="nurse" data-testid="nurse" data-state="nobody" title="Nobody is assigned">
        <span aria-hidden="true">–</span>
        <span class="unseen">Nobody is assigned</span>
      </span>
    )
  const name = whoWords(userId)
  const known = hasAccount(userId, bed.unitId.value)
  const words = `Nurse: ${name}${known ? '' : `, who ${NO_ACCOUNT}`}`
  const short = shortName(name)
  return (
    <span
      class="nurse"
      data-testid="nurse"
      data-state={known ? 'assigned' : 'no-account'}
      data-mine={userId === me.value?.id || undefined}
      title={words}
    >
      <span aria-hidden="true" class={short === null ? undefined : 'nurse-initials'}>
        {initials(name)}
      </span>
      {short !== null && (
        <span aria-hidden="true" class="nurse-name">
          {short}
        </span>
      )}
      {!known && <span aria-hidden="true">?</span>}
      <span class="unseen">{words}</span>
    </span>
  )
}
