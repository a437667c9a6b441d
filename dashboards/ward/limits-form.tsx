import type { NumericCode } from '../../src/reading.ts'
import type { Bed } from './bed.ts'
import { LimitRow } from './limit-row.tsx'
import { BedSuggestion } from './suggestion.tsx'

const EDITED: readonly NumericCode[] = ['hr', 'spo2', 'rr', 'abp_mean', 'nbp_sys', 'temp', 'etco2']

/** Alarm limits of this patient as they hold now; what a person changes is the nearer band, of medium priority. */
export function LimitsForm({ bed }: { bed: Bed }) {
  return (
    <section class="panel limits" aria-label="Alarm limits">
      <h2>Alarm limits</h2>
      <p class="quiet-text">
        Medium alarms of this patient. An empty field is no limit. High alarms stay the unit’s, and never lie inside
        what is set here.
      </p>
      <BedSuggestion patientId={bed.patientId} />
      {EDITED.map((code) => (
        <LimitRow key={code} bed={bed} code={code} />
      ))}
    </section>
  )
}
