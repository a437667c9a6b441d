import { useSignal } from '@preact/signals'
import { NUMERICS, type NumericCode } from '../../src/reading.ts'
import type { Bed } from './bed.ts'
import { type Band, bandOf, bandProblem, NO_BAND, sameBand, wideningWords } from './limit-change.ts'
import { limitOf, limitWords } from './limit-words.ts'
import { setLimit } from './set-limit.ts'
import { whoWords } from './who-words.ts'

type Said = { state: 'quiet' } | { state: 'sending' } | { state: 'asking'; band: Band; words: string } | Told
type Told = { state: 'in-force' | 'refused'; words: string }

/** One numeric: what alarms, whose limit that is, and how to change it. A wider one is asked about before it is sent. */
export function LimitRow({ bed, code }: { bed: Bed; code: NumericCode }) {
  const { label, unit, plausible } = NUMERICS[code]
  const now = bandOf(limitOf(bed.effectiveLimits.value, code, 'medium'))
  const unitBand = bandOf(limitOf(bed.unitLimits.value, code, 'medium'))
  const said = useSignal<Said>({ state: 'quiet' })
  const send = async (band: Band): Promise<void> => {
    said.value = { state: 'sending' }
    const problem = await setLimit(bed.patientId, code, band)
    said.value =
      problem === null
        ? { state: 'in-force', words: 'In force.' }
        : { state: 'refused', words: `Not in force: ${problem}.` }
  }
  const ask = (band: Band): void => {
    const problem = bandProblem(band, plausible)
    if (problem !== null) return void (said.value = { state: 'refused', words: `Not sent: ${problem}.` })
    const words = wideningWords(now, band)
    if (words === '') return void send(band)
    said.value = { state: 'asking', band, words }
  }
  const field = (name: 'low' | 'high') => (
    <input
      key={`${name}${now[name] ?? ''}`}
      name={name}
      type="number"
      step="any"
      defaultValue={now[name] === null ? '' : String(now[name])}
      placeholder="none"
      aria-label={`${label} ${name} limit`}
    />
  )
  const busy = said.value.state === 'sending'
  return (
    <form
      class="limit-row"
      data-code={code}
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        ask({ low: numberOf(data.get('low')), high: numberOf(data.get('high')) })
      }}
    >
      <span class="limit-name">
        {label} <span class="cell-unit">{unit}</span>
      </span>
      {field('low')}
      <span aria-hidden="true">to</span>
      {field('high')}
      <button type="submit" class="quiet" disabled={busy} aria-label={`Set limits of ${label}`}>
        Set
      </button>
      <button
        type="button"
        class="quiet"
        disabled={busy || sameBand(now, unitBand)}
        aria-label={`Back to the unit’s limits of ${label}`}
        onClick={() => ask(unitBand)}
      >
        Unit’s
      </button>
      <Whose bed={bed} code={code} now={now} unitBand={unitBand} />
      <Answer said={said.value} keep={() => (said.value = { state: 'quiet' })} send={(band) => void send(band)} />
    </form>
  )
}

/** Whose limit it is, since when, and the unit's high band beyond it. */
function Whose({ bed, code, now, unitBand }: { bed: Bed; code: NumericCode; now: Band; unitBand: Band }) {
  const change = bed.limitChanges.value.find((one) => one.code === code && one.priority === 'medium')
  const own = limitOf(bed.limits.value, code, 'medium') !== undefined
  const beyond = limitWords(limitOf(bed.effectiveLimits.value, code, 'high'))
  const whose = change === undefined ? (own && !sameBand(now, unitBand) ? 'set here' : 'the unit’s') : setBy(change)
  const units = sameBand(now, unitBand)
    ? ''
    : ` · the unit’s: ${sameBand(unitBand, NO_BAND) ? 'none' : limitWords(unitBand)}`
  return (
    <span class="limit-whose">
      {whose}
      {units} · high alarm {beyond === '' ? 'none' : beyond}
    </span>
  )
}

function setBy({ userId, atMs }: { userId: string; atMs: number }): string {
  const at = new Date(atMs)
  const day = at.toLocaleDateString('en-GB', { day: '2-digit', month: 'short' })
  return `set by ${whoWords(userId)}, ${day} ${at.toLocaleTimeString('en-GB').slice(0, 5)}`
}

function Answer({ said, keep, send }: { said: Said; keep: () => void; send: (band: Band) => void }) {
  if (said.state === 'quiet') return null
  if (said.state === 'asking')
    return (
      <span class="limit-asking" role="alert">
        Wider than now: {said.words}.
        <button type="button" class="quiet" onClick={() => send(said.band)}>
          Set wider
        </button>
        <button type="button" class="quiet" onClick={keep}>
          Keep
        </button>
      </span>
    )
  return (
    <span class="limit-said" data-state={said.state} role="status">
      {said.state === 'sending' ? 'Sending…' : said.words}
    </span>
  )
}

function numberOf(given: FormDataEntryValue | null): number | null {
  return typeof given !== 'string' || given.trim() === '' ? null : Number(given)
}
