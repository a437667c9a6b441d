import { chosenUnit } from './board-choices.ts'

/** Which unit is shown, where there are several; '' for all. */
export function UnitChoice({ units, unit }: { units: readonly string[]; unit: string }) {
  if (units.length < 2) return null
  return (
    <label class="board-unit">
      Unit{' '}
      <select value={unit} onChange={(event) => (chosenUnit.value = event.currentTarget.value)}>
        <option value="">all units</option>
        {units.map((id) => (
          <option key={id} value={id}>
            {id === '' ? 'no unit' : id}
          </option>
        ))}
      </select>
    </label>
  )
}
