import type { Clock } from '../clock.ts'
import type { LogRecord } from '../ingest/log.ts'
import type { Trace, Tracer } from '../trace.ts'
import type { RaiseEvent } from './raise-event.ts'

/** What a batch adds to the traces of the readings and windows that it held. */
export class RaiseTrace {
  readonly #tracer: Tracer
  readonly #clock: Clock
  readonly #alerted: { trace: Trace; evaluatedMs: number; alerts: number }[] = []

  constructor(tracer: Tracer, clock: Clock) {
    this.#tracer = tracer
    this.#clock = clock
  }

  /** A record was looked at, and so many alerts came of it. */
  evaluated({ appendTimeMs }: LogRecord, event: RaiseEvent, alerts: number): void {
    const trace = this.#tracer.on ? this.#traceOf(event) : null
    if (trace === null) return
    const evaluatedMs = this.#clock.nowMs()
    const attributes = { 'vigil.alerts': alerts }
    this.#tracer.add(trace, { name: 'raise evaluate', startMs: appendTimeMs, endMs: evaluatedMs, attributes })
    if (alerts > 0) this.#alerted.push({ trace, evaluatedMs, alerts })
  }

  /** The alerts of all that was evaluated since the last call are in the log. */
  appended(): void {
    for (const { trace, evaluatedMs, alerts } of this.#alerted.splice(0)) {
      const attributes = { 'vigil.alerts': alerts }
      this.#tracer.add(trace, {
        name: 'raise append',
        startMs: evaluatedMs,
        endMs: this.#clock.nowMs(),
        attributes,
      })
    }
  }

  #traceOf(event: RaiseEvent): Trace | null {
    if (event.type === 'vitals') return this.#tracer.ofReading({ modality: 'vitals', record: event.reading })
    return event.type === 'prediction' ? this.#tracer.ofWindow(event.prediction.id) : null
  }
}
