import { signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { link } from '../app/connection.ts'
import { ward } from '../app/watch.ts'
import { BedTile } from './bed-tile.tsx'
import { boardGrid } from './board-grid.ts'

const GAP_PX = 8
const chosenUnit = signal('')

/** Every bed of the unit in a grid that fits the screen. */
export function WardBoard() {
  const box = useRef<HTMLDivElement>(null)
  const size = useSignal({ widthPx: 1_200, heightPx: 800 })
  useEffect(() => {
    if (box.current === null) return
    const sizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined) size.value = { widthPx: entry.contentRect.width, heightPx: entry.contentRect.height }
    })
    sizes.observe(box.current)
    return () => sizes.disconnect()
  }, [])
  const units = [...new Set(ward.beds.value.map((bed) => bed.unitId.value))].sort()
  const unit = units.includes(chosenUnit.value) ? chosenUnit.value : ''
  const beds = ward.beds.value.filter((bed) => unit === '' || bed.unitId.value === unit)
  const { columns, rowPx } = boardGrid(beds.length, size.value.widthPx, size.value.heightPx)
  return (
    <section class="board" aria-label="Beds">
      <h1 class="unseen">Ward</h1>
      {units.length > 1 && (
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
      )}
      <div class="board-box" ref={box} tabIndex={-1}>
        <div
          class="board-grid"
          style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridAutoRows: `${rowPx - GAP_PX}px` }}
          onKeyDown={(event) => moveFocus(event, columns)}
        >
          {beds.map((bed) => (
            <BedTile key={bed.patientId} bed={bed} />
          ))}
        </div>
        {beds.length === 0 && (
          <p class="board-empty" role="status">
            {link.value.state === 'live' ? 'No bed has reported yet.' : 'Waiting for the ward…'}
          </p>
        )}
      </div>
    </section>
  )
}

const STEP: Readonly<Record<string, (columns: number) => number>> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
}

function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }, columns: number): void {
  const step = STEP[event.key]
  if (step === undefined) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('.tile-link')]
  const tile = document.activeElement?.closest('.tile')
  const at = links.findIndex((link) => link.closest('.tile') === tile)
  const next = links[at + step(columns)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
