/** Below this a trace is a line without a shape. */
export const LEAST_STRIP_PX = 18
/** Two rows of numbers with their labels; less cuts them. */
const LEAST_NUMERICS_PX = 66
/** A tile lower than this has no line for the diagnosis, and its alarm bar gives way to the trace when it has nothing to say. */
export const LOW_TILE_PX = 225

/** What of the tile's height the numbers take, by how many traces stand above them. */
const NUMERICS_SHARE = [0.52, 0.52, 0.44, 0.38] as const

export interface TileLayout {
  /** How many of the chosen waveforms are drawn. */
  strips: number
  numericsPx: number
}

/** As many of the wanted traces as there is room for above the numbers, which are never made smaller than can be read. */
export function tileLayout(tilePx: number, wanted: number): TileLayout {
  for (let strips = wanted; strips > 1; strips--) {
    const numericsPx = numericsOf(tilePx, strips)
    if (tilePx - headPx(tilePx) - numericsPx >= strips * LEAST_STRIP_PX) return { strips, numericsPx }
  }
  return { strips: Math.min(1, wanted), numericsPx: numericsOf(tilePx, 1) }
}

function numericsOf(tilePx: number, strips: number): number {
  return Math.max(LEAST_NUMERICS_PX, Math.round(tilePx * (NUMERICS_SHARE[strips] ?? 0.38) - 8))
}

/** Frame, bed, diagnosis and alarm bar, as tile.css has them. */
function headPx(tilePx: number): number {
  const bar = Math.min(44, Math.max(28, tilePx * 0.145))
  return 4 + 34 + bar + (tilePx > LOW_TILE_PX + 95 ? 22 : 0)
}
