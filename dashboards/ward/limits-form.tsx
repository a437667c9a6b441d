import { NUMERICS, type NumericCode } from '../../src/reading.ts'
import { type Bed } from './bed.ts'
import { setLimit } from './commands.ts'

const EDITED: readonly NumericCode[] = ['hr', 'spo2', 'rr', 'abp_sys', 'abp_mean', 'temp']

/** Alarm limits of this patient. Empty on both sides: the unit's defaults hold. */
export function LimitsForm({ bed }: { bed: Bed }) {
  return (
    <section class="panel limits" aria-label="Alarm limits">
      <h2>Alarm limits</h2>
      <p class="quiet-text">For this patient. Where none is set, the unit’s defaults hold.</p>
      {EDITED.map((code) => (
        <LimitRow key={code} bed={bed} code={code} />
      ))}
    </section>
  )
}

function LimitRow({ bed, code }: { bed: Bed; code: NumericCode }) {
  const { label, unit, plausible } = NUMERICS[code]
  const set = bed.limits.value.find((limit) => limit.code === code)
  const [low, high] = [set?.low ?? null, set?.high ?? null]
  const field = (name: 'low' | 'high', value: number | null) => (
    <input
      key={`${name}${value ?? ''}`}
      name={name}
      type="number"
      step="any"
      min={plausible[0]}
      max={plausible[1]}
      defaultValue={value === null ? '' : String(value)}
      placeholder={set === undefined ? 'default' : 'none'}
      aria-label={`${label} ${name} limit`}
    />
  )
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
      </span>
      {field('low', low)}
      <span aria-hidden="true">to</span>
      {field('high', high)}
      <button type="submit" class="quiet" aria-label={`Set limits of ${label}`}>
        Set
      </button>
    </form>
  )
}

function numberOf(given: FormDataEntryValue | null): number | null {
  return typeof given !== 'string' || given.trim() === '' ? null : Number(given)
}
