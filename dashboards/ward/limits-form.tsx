import { NUMERICS, type NumericCode } from '../../src/reading.ts'
import type { Bed } from './bed.ts'
import { setLimit } from './commands.ts'
import { limitOf, limitWords } from './limit-words.ts'

const EDITED: readonly NumericCode[] = ['hr', 'spo2', 'rr', 'abp_mean', 'nbp_sys', 'temp']

/** Alarm limits of this patient as they hold now; what a person changes is the nearer band, of medium priority. */
export function LimitsForm({ bed }: { bed: Bed }) {
  return (
    <section class="panel limits" aria-label="Alarm limits">
      <h2>Alarm limits</h2>
      <p class="quiet-text">Medium alarms of this patient. An empty field is no limit; high alarms stay the unit’s.</p>
      {EDITED.map((code) => (
        <LimitRow key={code} bed={bed} code={code} />
      ))}
    </section>
  )
}

function LimitRow({ bed, code }: { bed: Bed; code: NumericCode }) {
  const { label, unit, plausible } = NUMERICS[code]
  const limits = bed.effectiveLimits.value
  const now = limitOf(limits, code, 'medium')
  const beyond = limitWords(limitOf(limits, code, 'high'))
  const own = bed.limits.value.some((limit) => limit.code === code && limit.priority === 'medium')
  const field = (name: 'low' | 'high') => {
    const value = now?.[name] ?? null
    return (
      <input
        key={`${name}${value ?? ''}`}
        name={name}
        type="number"
        step="any"
        min={plausible[0]}
        max={plausible[1]}
        defaultValue={value === null ? '' : String(value)}
        placeholder="none"
        aria-label={`${label} ${name} limit`}
      />
    )
  }
  return (
    <form
      class="limit-row"
      onSubmit={(event) => {
        event.preventDefault()
        const data = new FormData(event.currentTarget)
        void setLimit(bed.patientId, code, numberOf(data.get('low')), numberOf(data.get('high')))
      }}
    >
      <span class="limit-name">
        {label} <span class="cell-unit">{unit}</span>
        <span class="limit-beyond">
          {beyond === '' ? 'no high alarm' : `high ${beyond}`}
          {own && ' · set here'}
        </span>
      </span>
      {field('low')}
      <span aria-hidden="true">to</span>
      {field('high')}
      <button type="submit" class="quiet" aria-label={`Set limits of ${label}`}>
        Set
      </button>
    </form>
  )
}

function numberOf(given: FormDataEntryValue | null): number | null {
  return typeof given !== 'string' || given.trim() === '' ? null : Number(given)
}
