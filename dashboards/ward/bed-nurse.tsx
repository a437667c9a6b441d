import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { mayDo } from '../app/me.ts'
import { hasAccount, readNurses } from '../app/nurses.ts'
import { assign } from './assign.ts'
import type { Bed } from './bed.ts'
import { NurseChoice } from './nurse-choice.tsx'
import { NO_ACCOUNT } from './nurse-mark.tsx'
import { timeOfDay } from './time-of-day.ts'
import { whoWords } from './who-words.ts'

/** Who looks after the patient, since when and who said so; and the way to change it. */
export function BedNurse({ bed, open }: { bed: Bed; open: Signal<boolean> }) {
  const assigned = bed.assignment.value
  return (
    <span class="bed-nurse" data-testid="bed-nurse">
      {assigned === null ? (
        'Nobody is assigned'
      ) : (
        <>
          Nurse: <strong>{whoWords(assigned.userId)}</strong>{' '}
          {!hasAccount(assigned.userId, bed.unitId.value) && <span class="nurse-warning">⚠ {NO_ACCOUNT} </span>}
          <span class="quiet-text">
            since {timeOfDay(assigned.atMs)}
            {assigned.byUserId === assigned.userId ? '' : `, by ${whoWords(assigned.byUserId)}`}
          </span>
        </>
      )}
      {mayDo('assign-nurses') && (
        <button
          type="button"
          class="quiet"
          data-testid="assign"
          aria-expanded={open.value}
          onClick={() => (open.value = !open.value)}
        >
          Assign…
        </button>
      )}
    </span>
  )
}

/** To whom the bed is given. It closes when that is in force, and says so where it is not. */
export function AssignForm({ bed, open }: { bed: Bed; open: Signal<boolean> }) {
  const said = useSignal<{ state: 'quiet' | 'sending' } | { state: 'refused'; words: string }>({ state: 'quiet' })
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    void readNurses().then(() =>
      (box.current?.querySelector<HTMLElement>('[aria-pressed=true]') ?? box.current?.querySelector('button'))?.focus(),
    )
  }, [])
  const close = (): void => {
    document.querySelector<HTMLElement>('[data-testid=assign]')?.focus()
    open.value = false
  }
  const choose = async (userId: string | null): Promise<void> => {
    if (userId === (bed.assignment.peek()?.userId ?? null)) return close()
    said.value = { state: 'sending' }
    const problem = await assign(bed.patientId, userId)
    if (problem !== null) return void (said.value = { state: 'refused', words: `Not assigned: ${problem}.` })
    close()
  }
  return (
    <section class="assign-form" data-testid="assign-form" aria-label={`Who looks after ${bed.bedId.value}`} ref={box}>
      <NurseChoice
        unitId={bed.unitId.value}
        chosen={bed.assignment.value?.userId ?? null}
        busy={said.value.state === 'sending'}
        choose={(userId) => void choose(userId)}
      />
      <p role="status">
        {said.value.state === 'sending' && 'Sending…'}
        {said.value.state === 'refused' && <strong class="form-problem">{said.value.words}</strong>}
      </p>
    </section>
  )
}
