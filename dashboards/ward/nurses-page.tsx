import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { hasAccount, readNurses } from '../app/nurses.ts'
import { ward } from '../app/watch.ts'
import { assign } from './assign.ts'
import type { Bed } from './bed.ts'
import { type Given, handOver } from './hand-over.ts'
import { bedCount, NurseChoice } from './nurse-choice.tsx'
import { whoWords } from './who-words.ts'

/** Of every bed that was given here to whom; the newest first. */
type Said = Given & { key: number; to: string }

/** At the change of shift: a nurse is chosen once and given beds one by one, or takes over all of another's. */
export function NursesPage() {
  const chosen = useSignal<string | null | undefined>(undefined)
  const said = useSignal<readonly Said[]>([])
  const busy = useSignal(false)
  useEffect(() => void readNurses(), [])
  const told = (to: string | null) => (given: Given) =>
    (said.value = [{ ...given, key: said.value.length, to: nurseName(to) }, ...said.value])
  const give = async (bed: Bed): Promise<void> => {
    const to = chosen.value
    if (to === undefined || busy.value) return
    busy.value = true
    told(to)({ patientId: bed.patientId, bedId: bed.bedId.value, problem: await assign(bed.patientId, to) })
    busy.value = false
    void readNurses()
  }
  const giveAll = async (from: string): Promise<void> => {
    const to = chosen.value
    if (to === undefined || to === from || busy.value) return
    busy.value = true
    await handOver(ward.beds.peek(), from, to, assign, told(to))
    busy.value = false
    void readNurses()
  }
  const beds = ward.beds.value
  const units = [...new Set(beds.map((bed) => bed.unitId.value))]
  return (
    <section class="nurses-page" aria-label="Nurses and beds" data-testid="nurses-page">
      <header class="page-head">
        <a class="back" href="#/ward">
          ‹ Ward
        </a>
        <h1>Nurses and beds</h1>
      </header>
      <div>
        <h2>Choose a nurse, then press the beds</h2>
        <NurseChoice unitId={null} chosen={chosen.value} choose={(userId) => (chosen.value = userId)} />
        {chosen.value !== undefined && <p role="status">Beds that are pressed go to: {nurseName(chosen.value)}</p>}
      </div>
      {units.map((unit) => (
        <div key={unit}>
          {units.length > 1 && <h2>{unit === '' ? 'no unit' : unit}</h2>}
          <div class="nurse-beds">
            {beds
              .filter((bed) => bed.unitId.value === unit)
              .map((bed) => (
                <BedButton key={bed.patientId} bed={bed} off={chosen.value === undefined} give={() => void give(bed)} />
              ))}
          </div>
        </div>
      ))}
      <TakeOver off={chosen.value === undefined} run={(from) => void giveAll(from)} />
      <div class="nurse-said" role="log" aria-label="What was assigned">
        <ul>
          {said.value.map(({ key, bedId, to, problem }) => (
            <li key={key} data-done={problem === null}>
              {problem === null ? `${bedId}: ${to}` : `${bedId}: not given to ${to}: ${problem}`}
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

function BedButton({ bed, off, give }: { bed: Bed; off: boolean; give: () => void }) {
  const userId = bed.assignment.value?.userId ?? null
  const known = userId === null || hasAccount(userId, bed.unitId.value)
  return (
    <button
      type="button"
      class="quiet nurse-bed"
      data-testid="nurse-bed"
      data-patient-id={bed.patientId}
      aria-disabled={off}
      title={off ? 'choose a nurse first' : undefined}
      onClick={give}
    >
      <strong>{bed.bedId}</strong>
      <span class={known ? undefined : 'nurse-warning'}>
        {known ? '' : '⚠ '}
        {nurseName(userId)}
      </span>
    </button>
  )
}

/** All beds of one at once, of somebody who has no account here any more, too. */
function TakeOver({ off, run }: { off: boolean; run: (from: string) => void }) {
  const counts = new Map<string, number>()
  for (const { assignment } of ward.beds.value) {
    const userId = assignment.value?.userId
    if (userId !== undefined) counts.set(userId, (counts.get(userId) ?? 0) + 1)
  }
  if (counts.size === 0) return null
  return (
    <div>
      <h2>Or all beds of</h2>
      <div class="nurse-choices">
        {[...counts].map(([userId, beds]) => (
          <button
            key={userId}
            type="button"
            class="quiet nurse-choice"
            data-testid="take-over"
            data-nurse={userId}
            aria-disabled={off}
            title={off ? 'choose a nurse first' : undefined}
            onClick={() => run(userId)}
          >
            {nurseName(userId)} · {bedCount(beds)}
          </button>
        ))}
      </div>
    </div>
  )
}

function nurseName(userId: string | null): string {
  return userId === null ? 'nobody' : whoWords(userId)
}
