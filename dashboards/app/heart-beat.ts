import { signal } from '@preact/signals'
import { SystemClock } from '../../src/clock.ts'

const clock = new SystemClock()
/** Longer between two beats: the browser holds this page back. */
const HELD_BACK_MS = 1_000

/** Monotonic time at which a beat last came late; null: none has. What this page says or sounds may then be late. */
export const heldBackAtMs = signal<number | null>(null)

const tasks: ((sinceLastMs: number) => void)[] = []
let lastMs = clock.monotonicMs()

function beat(): void {
  const nowMs = clock.monotonicMs()
  const sinceLastMs = nowMs - lastMs
  lastMs = nowMs
  if (sinceLastMs > HELD_BACK_MS) heldBackAtMs.value = nowMs
  for (const task of tasks) task(sinceLastMs)
}

/** Browsers slow the timers of a page that nobody sees, to one a minute at last; a worker's they leave alone. */
function start(): void {
  try {
    const worker = new Worker(new URL('./heart-beat-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = beat
    worker.onerror = () => {
      worker.terminate()
      clock.every(100, beat)
    }
  } catch {
    clock.every(100, beat)
  }
}
start()

/** How long the last beat is ago: much longer than a tenth of a second where this page has not run meanwhile. */
export function sinceBeatMs(): number {
  return clock.monotonicMs() - lastMs
}

/** Runs ten times a second, also while the page is hidden; told how long ago it last ran. */
export function everyBeat(task: (sinceLastMs: number) => void): void {
  tasks.push(task)
}
