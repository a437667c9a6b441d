import type { Signal } from '@preact/signals'
import { hasOwnBeds, mayDo } from '../app/me.ts'
import { BOARD_DENSITIES, boardBeds, boardDensity, boardOrder, boardWaves, chosenUnit } from './board-choices.ts'
import { BOARD_ORDERS, type BoardOrder } from './board-order.ts'
import { BOARD_BEDS, type BoardBeds } from './my-beds.ts'
import { UnitChoice } from './unit-choice.tsx'
import { WaveChoice } from './wave-choice.tsx'

const ORDER_WORD = { bed: 'Bed', urgency: 'Urgency' } as const satisfies Record<BoardOrder, string>

const BEDS_WORD = { all: 'All', first: 'Mine first', mine: 'Mine alone' } as const satisfies Record<BoardBeds, string>

const DENSITY_WORD = { desk: 'Desk', wall: '3 m' } as const

interface BoardHeadProps {
  units: readonly string[]
  unit: string
  /** Beds would stand in another order if nobody were at the board. */
  held: boolean
  /** How many waveforms a tile has room for. */
  strips: number
}

/** How this screen shows the board. */
export function BoardHead({ units, unit, held, strips }: BoardHeadProps) {
  const cut = boardDensity.value === 'desk' && strips < boardWaves.value.length
  return (
    <header class="board-head">
      <UnitChoice units={units} unit={unit} />
      {chosenUnit.value !== '' && chosenUnit.value !== unit && units.length > 0 && (
        <span class="board-held" role="status">
          No beds of {chosenUnit.value} here; {units.length > 1 ? 'all units are shown' : 'your own are shown'}
        </span>
      )}
      <Choice name="Order" words={BOARD_ORDERS} wordOf={ORDER_WORD} chosen={boardOrder} />
      {hasOwnBeds() && <Choice name="Beds" words={BOARD_BEDS} wordOf={BEDS_WORD} chosen={boardBeds} />}
      {mayDo('assign-nurses') && (
        <a class="door-link" href="#/nurses">
          Nurses…
        </a>
      )}
      <Choice name="Read from" words={BOARD_DENSITIES} wordOf={DENSITY_WORD} chosen={boardDensity} />
      {boardDensity.value === 'desk' && <WaveChoice />}
      {cut && (
        <span class="board-held">
          Room for {strips} of {boardWaves.value.length}
        </span>
      )}
      {held && <span class="board-held">Order held while you are here</span>}
    </header>
  )
}

/** One of a few, all of them in sight. */
function Choice<T extends string>({
  name,
  words,
  wordOf,
  chosen,
}: {
  name: string
  words: readonly T[]
  wordOf: Readonly<Record<T, string>>
  chosen: Signal<T>
}) {
  return (
    <div class="choice" role="group" aria-label={name}>
      <span class="choice-name" aria-hidden="true">
        {name}
      </span>
      {words.map((word) => (
        <button
          key={word}
          type="button"
          class="quiet"
          aria-pressed={chosen.value === word}
          onClick={() => (chosen.value = word)}
        >
          {wordOf[word]}
        </button>
      ))}
    </div>
  )
}
