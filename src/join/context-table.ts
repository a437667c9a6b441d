import type { PatientContext } from '../reading.ts'

/** Versions kept of one patient's context; windows lag by seconds, contexts change by the hour. */
const VERSIONS = 32

/** Who was in the bed, as of an event time: the table side of the join. */
export class ContextTable {
  readonly #versions: { fromMs: number; context: PatientContext | null }[] = []

  /** A context holds from its effective time on; null, a discharge, from the time the log took it. */
  put(context: PatientContext | null, appendTimeMs: number): void {
    const fromMs = context?.effectiveTimeMs ?? appendTimeMs
    const later = this.#versions.findIndex((version) => version.fromMs > fromMs)
    this.#versions.splice(later < 0 ? this.#versions.length : later, 0, { fromMs, context })
    if (this.#versions.length > VERSIONS) this.#versions.shift()
  }

  /** The context that held at `eventTimeMs`, or null when nobody had said. */
  asOf(eventTimeMs: number): PatientContext | null {
    return this.#versions.findLast((version) => version.fromMs <= eventTimeMs)?.context ?? null
  }
}
