import type { Clock } from '../clock.ts'
import type { Alert, Prediction, Reading } from '../reading.ts'
import type { StageSpan, Trace, Tracer } from '../trace.ts'

/** Vitals and alerts that wait for the other; they are read by two followers, and either may be ahead. */
const MOST_KEPT = 4_096

/** What the way to the screens adds to traces. */
export class WatchTrace {
  readonly #tracer: Tracer
  readonly #clock: Clock
  readonly #vitals = new Map<string, Trace>()
  readonly #alerts = new Map<string, StageSpan>()

  constructor(tracer: Tracer, clock: Clock) {
    this.#tracer = tracer
    this.#clock = clock
  }

  /** A reading was handed to the sockets. */
  reading(reading: Reading, appendTimeMs: number): void {
    const trace = this.#tracer.on ? this.#tracer.ofReading(reading) : null
    if (trace === null) return
    this.#tracer.add(trace, { name: 'watch reading', startMs: appendTimeMs, endMs: this.#clock.nowMs() })
    if (reading.modality !== 'vitals') return
    const key = keyOf(reading.record)
    const alert = this.#alerts.get(key)
    this.#alerts.delete(key)
    if (alert !== undefined) this.#tracer.add(trace, alert)
    keep(this.#vitals, key, trace)
  }

  prediction(prediction: Prediction, appendTimeMs: number): void {
    const trace = this.#tracer.on ? this.#tracer.ofWindow(prediction.id) : null
    if (trace !== null)
      this.#tracer.add(trace, { name: 'watch window', startMs: appendTimeMs, endMs: this.#clock.nowMs() })
  }

  /** An alert says which window it is of; one of a limit has the patient and the event time of the reading behind it. */
  alert(alert: Alert, appendTimeMs: number): void {
    if (!this.#tracer.on) return
    const attributes = { 'vigil.transition': alert.transition, 'vigil.priority': alert.priority }
    const span: StageSpan = { name: 'watch alert', startMs: appendTimeMs, endMs: this.#clock.nowMs(), attributes }
    if (alert.predictionId !== null) {
      const trace = this.#tracer.ofWindow(alert.predictionId)
      if (trace !== null) this.#tracer.add(trace, span)
      return
    }
    const trace = this.#vitals.get(keyOf(alert))
    if (trace !== undefined) this.#tracer.add(trace, span)
    else keep(this.#alerts, keyOf(alert), span)
  }
}

function keyOf({ patientId, eventTimeMs }: { patientId: string; eventTimeMs: number }): string {
  return `${eventTimeMs}/${patientId}`
}

/** The oldest goes when there is no more room. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  if (map.size > MOST_KEPT) for (const oldest of map.keys()) if (map.delete(oldest)) break
}
