import { clock } from '../app/screen-clock.ts'

/** A pointer that has lain still on the board for this long is nobody's. */
const STILL_MS = 20_000

/** Whether someone is at the board: a pointer or the focus is on it and has moved lately. */
export class BoardTouch {
  #pointerOn = false
  #movedMs = -Infinity
  #board: HTMLElement | null = null

  /** Begins to notice; returns how to stop. */
  watch(board: HTMLElement): () => void {
    this.#board = board
    const moved = (): void => {
      this.#movedMs = clock.monotonicMs()
    }
    const over = (): void => {
      this.#pointerOn = true
      moved()
    }
    const left = (): void => {
      this.#pointerOn = false
    }
    const heard = [
      ['pointermove', over],
      ['pointerdown', over],
      ['pointerleave', left],
      ['focusin', moved],
      ['keydown', moved],
    ] as const
    for (const [name, listen] of heard) board.addEventListener(name, listen)
    return () => {
      for (const [name, listen] of heard) board.removeEventListener(name, listen)
      this.#pointerOn = false
      this.#board = null
    }
  }

  /** Whether a pointer is on it and has moved lately. */
  pointed(monotonicMs: number): boolean {
    return this.#pointerOn && monotonicMs - this.#movedMs < STILL_MS
  }

  at(monotonicMs: number): boolean {
    const focused = this.#board?.contains(document.activeElement) === true && document.activeElement !== this.#board
    return (this.#pointerOn || focused) && monotonicMs - this.#movedMs < STILL_MS
  }
}
