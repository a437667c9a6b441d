/** Width to height at which a tile reads best. */
const BEST_SHAPE = 1.5
/** In less than this the numbers, the score and the alarm of a bed are not all whole. */
export const SMALLEST_TILE = { widthPx: 184, heightPx: 119 }

/** Between tiles, part of the row. Where rows are low the numbers need it more. */
export function gapPx(rowPx: number): number {
  return rowPx < 150 ? 4 : 8
}

/** On a phone tiles lie one below the other, and each must be read rather than all be seen. */
const PHONE = { widthPx: 448, rowPx: 230, wavePx: 40 }

/**
 * Columns for so many tiles on such an area: the count whose tiles come nearest to the best shape at the largest size.
 * When they would get too small to read, rows are made tall enough and the board scrolls.
 */
export function boardGrid(
  tiles: number,
  widthPx: number,
  heightPx: number,
  waves = 1,
): { columns: number; rowPx: number } {
  if (widthPx < PHONE.widthPx) return { columns: 1, rowPx: PHONE.rowPx + PHONE.wavePx * (waves - 1) }
  const most = Math.max(1, Math.min(tiles, Math.floor(widthPx / SMALLEST_TILE.widthPx)))
  let best = { columns: 1, rowPx: SMALLEST_TILE.heightPx }
  let bestMerit = -Infinity
  for (let columns = 1; columns <= most; columns++) {
    const rows = Math.max(1, Math.ceil(tiles / columns))
    const rowPx = Math.max(SMALLEST_TILE.heightPx, Math.floor(heightPx / rows))
    const width = widthPx / columns
    const useful = Math.min(width, rowPx * BEST_SHAPE)
    const merit = useful - Math.max(0, rowPx * rows - heightPx) * 0.5 - (columns * rows - tiles) * 4
    if (merit > bestMerit) {
      best = { columns, rowPx }
      bestMerit = merit
    }
  }
  return best
}
