import { useSignal } from '@preact/signals'
import type { BedNoiseView } from '../../src/watch/load-routes.ts'
import type { NoisyLimit } from '../../src/watch/limit-suggestion.ts'
import { bedPath } from '../app/api.ts'
import { kioskUnit } from '../app/kiosk.ts'
import { mayDo } from '../app/me.ts'
import { tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { bandOf, sameBand } from './limit-change.ts'
import { limitOf } from './limit-words.ts'
import { isOld, useCounted } from './load-source.ts'
import { crossing, noiseSentence, suggestionSentence, takenReason } from './noise-words.ts'
import { leaveSuggestion, setLimit } from './set-limit.ts'
import { timeOfDay } from './time-of-day.ts'

type Said =
  { state: 'quiet' | 'sending' | 'taking' | 'leaving' } | { state: 'in-force' | 'left' | 'refused'; words: string }

/** The noisiest limit of the bed that is open, beside its limits, where something is suggested. */
export function BedSuggestion({ patientId }: { patientId: string }) {
  const { read, again } = useCounted<BedNoiseView>(mayDo('see-load') ? bedPath(patientId, 'noise') : null)
  const { value } = read.value
  // What is old is told on the page of the load, with its age; here it would be taken for now.
  if (value === null || value.limit === null || value.limit.suggestion.to === null) return null
  if (isOld(read.value, tick.value)) return null
  return <Suggestion key={keyOf(value.limit)} noisy={value.limit} asOfMs={value.asOfMs} done={again} />
}

export function keyOf({ patientId, code, side, limit }: NoisyLimit): string {
  return JSON.stringify([patientId, code, side, limit])
}

/** What a limit raised, what might be set instead, and the two things a person may do about it. Nothing is done before that. */
export function Suggestion({ noisy, asOfMs, done }: { noisy: NoisyLimit; asOfMs: number; done: () => void }) {
  const said = useSignal<Said>({ state: 'quiet' })
  const { patientId, code, side, limit, suggestion } = noisy
  const { to } = suggestion
  const mayAnswer = to !== null && mayDo('set-limits') && kioskUnit.value === null
  const settled = (state: 'in-force' | 'left', problem: string | null, words: string): void => {
    said.value = problem === null ? { state, words } : { state: 'refused', words: `Not done: ${problem}.` }
    if (problem === null) done()
  }
  const take = async (): Promise<void> => {
    if (to === null) return
    const bed = ward.bed(patientId)
    const now = bed === undefined ? noisy.now : bandOf(limitOf(bed.effectiveLimits.peek(), code, 'medium'))
    if (!sameBand(now, noisy.now)) return settled('in-force', 'the limit was changed meanwhile', '')
    said.value = { state: 'sending' }
    const problem = await setLimit(patientId, code, { ...noisy.now, [side]: to }, takenReason(noisy, asOfMs))
    settled('in-force', problem, `In force: ${crossing({ code, side, limit: to })}.`)
  }
  const leave = async (reason: string): Promise<void> => {
    said.value = { state: 'sending' }
    settled('left', await leaveSuggestion(patientId, code, reason), `Left: ${crossing({ code, side, limit })} stays.`)
  }
  const state = said.value.state
  return (
    <div class="suggestion" data-testid="suggestion" data-patient-id={patientId} data-suggests={to !== null}>
      <p class="suggestion-what">{noiseSentence(noisy, asOfMs)}</p>
      <p class="suggestion-basis">
        {suggestionSentence(noisy)} <span class="suggestion-as-of">As of {timeOfDay(asOfMs)}.</span>
      </p>
      {mayAnswer && state === 'quiet' && (
        <p class="suggestion-answers">
          <button type="button" class="quiet" onClick={() => (said.value = { state: 'taking' })}>
            Take {to}…
          </button>
          <button type="button" class="quiet" onClick={() => (said.value = { state: 'leaving' })}>
            Leave {limit}…
          </button>
        </p>
      )}
      {state === 'taking' && to !== null && (
        <Taking noisy={noisy} to={to} take={() => void take()} keep={() => (said.value = { state: 'quiet' })} />
      )}
      {state === 'leaving' && (
        <Leaving limit={limit} leave={(reason) => void leave(reason)} keep={() => (said.value = { state: 'quiet' })} />
      )}
      {state === 'sending' && <p role="status">Sending…</p>}
      {'words' in said.value && (
        <p class="limit-said" data-state={said.value.state} role="status">
          {said.value.words}
        </p>
      )}
    </div>
  )
}

function Taking({ noisy, to, take, keep }: { noisy: NoisyLimit; to: number; take: () => void; keep: () => void }) {
  const { code, side, limit, raised, median } = noisy
  return (
    <div class="suggestion-asking" role="alert">
      <p>
        <strong>
          {crossing({ code, side, limit })} → {to}
        </strong>
        , for {noisy.bedId}. It rests on {raised} alarms
        {median === null ? '' : `, median ${Math.round(median * 10) / 10}`}, and on nothing else of this patient.
        Whether it is right is yours to decide.
      </p>
      <p class="suggestion-answers">
        <button type="button" class="quiet" onClick={take}>
          Set {to}
        </button>
        <button type="button" class="quiet" onClick={keep}>
          Not now
        </button>
      </p>
    </div>
  )
}

function Leaving({ limit, leave, keep }: { limit: number; leave: (reason: string) => void; keep: () => void }) {
  return (
    <form
      class="suggestion-answers"
      onSubmit={(event) => {
        event.preventDefault()
        const reason = new FormData(event.currentTarget).get('reason')
        leave(typeof reason === 'string' ? reason.trim() : '')
      }}
    >
      <input name="reason" maxLength={1_000} placeholder="reason, if there is one" aria-label="Reason to leave it" />
      <button type="submit" class="quiet">
        Leave it at {limit}
      </button>
      <button type="button" class="quiet" onClick={keep}>
        Not now
      </button>
    </form>
  )
}

/** As of 14:02; and how long ago, where nothing newer came. */
export function AsOf({ asOfMs, readMs, old }: { asOfMs: number; readMs: number; old: boolean }) {
  const minutes = old ? Math.floor((tick.value - readMs) / 60_000) : 0
  return (
    <span class="as-of" data-old={old} role={old ? 'status' : undefined}>
      as of {timeOfDay(asOfMs)}
      {old && `, ${Math.max(1, minutes)} min ago: nothing newer comes`}
    </span>
  )
}
