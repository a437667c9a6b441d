import { clock } from '../app/screen-clock.ts'

export interface Painted {
  paint(monotonicMs: number): void
}

const strips = new Set<Painted>()
let running = false

/** All strips are painted in one animation frame. Returns how to leave. */
export function joinStripLoop(strip: Painted): () => void {
  strips.add(strip)
  if (!running) {
    running = true
    requestAnimationFrame(paintAll)
  }
  return () => strips.delete(strip)
}

function paintAll(): void {
  const monotonicMs = clock.monotonicMs()
  for (const strip of strips) strip.paint(monotonicMs)
  running = strips.size > 0
  if (running) requestAnimationFrame(paintAll)
}
