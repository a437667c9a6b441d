/** A task that was asked for later; `cancel` is idempotent. */
export interface Timer {
  cancel(): void
}

/** The only source of time. Everything after acquire decides on event and append time; the wall clock decides silence. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  /** Milliseconds that never run backwards; only differences mean something. */
  monotonicMs(): number
  /** Runs `task` once, `delayMs` from now. */
  after(delayMs: number, task: () => void): Timer
  /** Runs `task` every `periodMs`, first after one period. */
  every(periodMs: number, task: () => void): Timer
  /** Resolves `delayMs` from now. */
  sleep(delayMs: number): Promise<void>
}

export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now()
  }

  monotonicMs(): number {
    return performance.now()
  }

  after(delayMs: number, task: () => void): Timer {
    const handle = setTimeout(task, delayMs)
    return { cancel: () => clearTimeout(handle) }
  }

  every(periodMs: number, task: () => void): Timer {
    const handle = setInterval(task, periodMs)
    return { cancel: () => clearInterval(handle) }
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, delayMs))
  }
}

interface Pending {
  dueMs: number
  order: number
  periodMs: number | null
  task: () => void
}

/** A clock that only moves when a test moves it. */
export class ManualClock implements Clock {
  #nowMs: number
  #order = 0
  readonly #pending = new Set<Pending>()

  constructor(startMs = 0) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, task: () => void): Timer {
    return this.#schedule({ dueMs: this.#nowMs + delayMs, order: this.#order++, periodMs: null, task })
  }

  every(periodMs: number, task: () => void): Timer {
    return this.#schedule({ dueMs: this.#nowMs + periodMs, order: this.#order++, periodMs, task })
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve))
  }

  /** Moves time on by `ms`, running what falls due in order of its due time. */
  advance(ms: number): void {
    this.moveTo(this.#nowMs + ms)
  }

  /** Moves time on to `timeMs`; a clock never goes back. */
  moveTo(timeMs: number): void {
    if (timeMs < this.#nowMs) throw new RangeError(`a clock never goes back: ${timeMs} < ${this.#nowMs}`)
    for (let next = this.#nextDue(timeMs); next !== undefined; next = this.#nextDue(timeMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      if (next.periodMs === null) this.#pending.delete(next)
      else next.dueMs += next.periodMs
      next.task()
    }
    this.#nowMs = timeMs
  }

  /** Moves time on by `ms` in steps, letting promises settle between them. */
  async advanceSettled(ms: number, stepMs = ms): Promise<void> {
    for (let done = 0; done < ms; done += stepMs) {
      this.advance(Math.min(stepMs, ms - done))
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  #schedule(pending: Pending): Timer {
    this.#pending.add(pending)
    return { cancel: () => this.#pending.delete(pending) }
  }

  #nextDue(limitMs: number): Pending | undefined {
    let next: Pending | undefined
    for (const pending of this.#pending) {
      if (pending.dueMs > limitMs) continue
      if (
        next === undefined ||
        pending.dueMs < next.dueMs ||
        (pending.dueMs === next.dueMs && pending.order < next.order)
      )
        next = pending
    }
    return next
  }
}
