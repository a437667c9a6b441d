import { NUMERICS } from '../../src/reading.ts'
import type { Bed } from './bed.ts'
import { NumericCell, PressureCell } from './numeric-cell.tsx'

/** Codes that have a cell of their own, alone or as a part of one. */
const SHOWN_APART = /^(hr|pr|spo2|rr|temp|[an]bp_(sys|dia|mean))$/

export function BedNumerics({ bed }: { bed: Bed }) {
  const others = [...bed.numerics.value.keys()].filter((code) => !SHOWN_APART.test(code) && code in NUMERICS)
  return (
    <section class="panel bed-numerics" aria-label="Numerics">
      <NumericCell place="bed" bed={bed} codes={['hr', 'pr']} size="big" />
      <NumericCell place="bed" bed={bed} codes={['spo2']} size="big" />
      <PressureCell place="bed" bed={bed} size="big" />
      <NumericCell place="bed" bed={bed} codes={['rr']} size="big" />
      <NumericCell place="bed" bed={bed} codes={['temp']} />
      {others.map((code) => (
        <NumericCell key={code} place="bed" bed={bed} codes={[code]} />
      ))}
    </section>
  )
}
