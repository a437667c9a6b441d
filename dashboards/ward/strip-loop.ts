import { clock } from '../app/screen-clock.ts'
import { StripTurns } from './strip-turns.ts'

export interface Painted {
  paint(monotonicMs: number): void
}

const strips = new Set<Painted>()
const turns = new StripTurns()
let running = false

/** All strips are painted in one animation frame, as far as they are not to give way. Returns how to leave. */
export function joinStripLoop(strip: Painted): () => void {
  strips.add(strip)
  if (!running) {
    running = true
    requestAnimationFrame(paintAll)
  }
  return () => strips.delete(strip)
}

/** An alert came: the frame that it is drawn in draws no strips. */
export function stripsGiveWay(): void {
  turns.giveWay()
}

function paintAll(frameMs: number): void {
  if (turns.frame(frameMs)) {
    const monotonicMs = clock.monotonicMs()
    for (const strip of strips) strip.paint(monotonicMs)
  }
  running = strips.size > 0
  if (running) requestAnimationFrame(paintAll)
}
