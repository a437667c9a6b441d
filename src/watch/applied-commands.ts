import type { Clock } from '../clock.ts'
import type { AlertState } from '../records.ts'

/** Tells who asked when raise has taken a command into a patient's state; a state is looked at only while somebody waits. */
export class AppliedCommands {
  readonly #clock: Clock
  readonly #waiting = new Map<string, (state: AlertState) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The state with the command in it; null where it does not come in time. Asked before the command is sent. */
  wait(commandId: string, withinMs: number): Promise<AlertState | null> {
    return new Promise((resolve) => {
      const settle = (state: AlertState | null): void => {
        this.#waiting.delete(commandId)
        timer.cancel()
        resolve(state)
      }
      const timer = this.#clock.after(withinMs, () => settle(null))
      this.#waiting.set(commandId, settle)
    })
  }

  take(state: AlertState): void {
    if (this.#waiting.size === 0) return
    for (const commandId of state.appliedCommandIds) this.#waiting.get(commandId)?.(state)
  }
}
