import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { link } from '../app/connection.ts'
import { kioskUnit } from '../app/kiosk.ts'
import { hasOwnBeds, me } from '../app/me.ts'
import { tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import type { Bed } from './bed.ts'
import { BedTile } from './bed-tile.tsx'
import {
  boardBeds,
  boardDensity,
  boardOrder,
  boardStrips,
  boardWaves,
  chosenUnit,
  drawnWaves,
} from './board-choices.ts'
import { boardGrid, gapPx } from './board-grid.ts'
import { BoardHead } from './board-head.tsx'
import { type BedUrgency, HeldOrder, orderedBeds } from './board-order.ts'
import { BoardTouch } from './board-touch.ts'
import { bedFreshness, windowFresh } from './freshness.ts'
import { type BoardBeds, chosenBeds, hiddenHigh, hiddenWords } from './my-beds.ts'
import { tileLayout } from './tile-layout.ts'

/** Every bed of the unit in a grid that fits the screen. */
export function WardBoard() {
  const box = useRef<HTMLDivElement>(null)
  const size = useSignal({ widthPx: 1_200, heightPx: 800 })
  const touch = useMemo(() => new BoardTouch(), [])
  const order = useMemo(() => new HeldOrder(), [])
  useEffect(() => {
    if (box.current === null) return
    const sizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined) size.value = { widthPx: entry.contentRect.width, heightPx: entry.contentRect.height }
    })
    sizes.observe(box.current)
    const unwatch = touch.watch(box.current)
    return () => {
      sizes.disconnect()
      unwatch()
    }
  }, [])
  const units = [...new Set(ward.beds.value.map((bed) => bed.unitId.value))].sort()
  const unit = units.includes(chosenUnit.value) ? chosenUnit.value : ''
  const whose = useComputed((): BoardBeds => (hasOwnBeds() && kioskUnit.value === null ? boardBeds.value : 'all'))
  const wanted = useComputed(() => {
    const shown = ward.beds.value.filter((bed) => chosenUnit.value === '' || bed.unitId.value === chosenUnit.value)
    const beds = shown.length === 0 ? ward.beds.value : shown
    const inOrder = orderedBeds(
      beds.map((bed) => urgencyOf(bed, tick.value)),
      boardOrder.value,
    ).map((patientId) => ({ patientId, nurse: ward.bed(patientId)?.assignment.value?.userId ?? null }))
    return JSON.stringify(chosenBeds(inOrder, whose.value, me.value?.id ?? null).map(({ patientId }) => patientId))
  })
  const placed = useComputed(() => {
    const nowMs = tick.value
    const ids = JSON.parse(wanted.value) as string[]
    return JSON.stringify(order.next(ids, `${boardOrder.value} ${whose.value}`, touch.at(nowMs), nowMs))
  })
  const beds = (JSON.parse(placed.value) as string[]).flatMap((id) => ward.bed(id) ?? [])
  const hidden = hiddenHigh(
    ward.standing.value,
    beds.map(({ patientId }) => patientId),
  )
  const waves = boardWaves.value
  const { columns, rowPx } = boardGrid(beds.length, size.value.widthPx, size.value.heightPx, waves.length)
  const { strips, numericsPx } = tileLayout(rowPx - gapPx(rowPx), waves.length)
  useEffect(() => {
    boardStrips.value = strips
  }, [strips])
  return (
    <section class="board" aria-label="Beds">
      <h1 class="unseen">Ward</h1>
      {kioskUnit.value === null && (
        <BoardHead units={units} unit={unit} held={placed.value !== wanted.value} strips={strips} />
      )}
      {hidden > 0 && (
        <p class="board-hidden" role="alert" data-testid="board-hidden">
          {hiddenWords(hidden)}{' '}
          <button type="button" class="quiet" onClick={showAll}>
            Show all beds
          </button>
        </p>
      )}
      <div class="board-box" ref={box} tabIndex={-1}>
        <div
          class="board-grid"
          data-strips={strips}
          data-density={boardDensity.value}
          style={{
            gap: `${gapPx(rowPx)}px`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            '--numerics': `${numericsPx}px`,
            gridAutoRows: `${rowPx - gapPx(rowPx)}px`,
          }}
          onKeyDown={(event) => moveFocus(event, columns)}
        >
          {beds.map((bed) => (
            <BedTile key={bed.patientId} bed={bed} waves={drawnWaves.value} />
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

function showAll(): void {
  chosenUnit.value = ''
  boardBeds.value = 'all'
}

function urgencyOf(bed: Bed, monotonicMs: number): BedUrgency {
  return {
    patientId: bed.patientId,
    unitId: bed.unitId.value,
    bedId: bed.bedId.value,
    standing: bed.standing.value,
    noData: bedFreshness(bed, monotonicMs).state === 'none',
    risk: windowFresh(bed, monotonicMs) ? (bed.prediction.value?.risk ?? null) : null,
  }
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
