import type { Clock } from '../clock.ts'
import type { ReadingHeader } from '../ingest/reading-header.ts'
import type { PatientWindow } from '../reading.ts'
import type { Trace, Tracer } from '../trace.ts'
import type { ClosedWindow } from './patient-join.ts'
import { predictionId } from './window-record.ts'

/** Readings whose window has not closed; late ones have none that will, so the oldest goes when there is no more room. */
const MOST_PLACED = 100_000

/** The traces a window is part of: its own, and those of the readings in it. */
export function tracesOf(tracer: Tracer, window: PatientWindow): { own: Trace | null; readings: Trace[] } {
  if (!tracer.on) return { own: null, readings: [] }
  return {
    own: tracer.ofWindow(predictionId(window.patientId, window.startMs)),
    readings: window.readings.names.flatMap(
      (name) => tracer.ofReading({ modality: name.modality, record: name }) ?? [],
    ),
  }
}

/** What the join adds to the traces of readings and windows; nothing at all while there is no tracing. */
export class JoinTrace {
  readonly #tracer: Tracer
  readonly #clock: Clock
  readonly #placedAtMs = new Map<string, number>()
  /** Of closed windows: when they have been answered, nobody may look into them. */
  readonly #tracesOf = new WeakMap<PatientWindow, { own: Trace | null; readings: Trace[] }>()

  constructor(tracer: Tracer, clock: Clock) {
    this.#tracer = tracer
    this.#clock = clock
  }

  /** A reading was put where it belongs. */
  placed(header: ReadingHeader): void {
    const { modality, heartbeat, record } = header
    const trace = this.#tracer.on ? this.#tracer.ofReading({ modality, record: header }) : null
    if (trace === null) return
    const nowMs = this.#clock.nowMs()
    // A heartbeat is in no window.
    if (!heartbeat) this.#placedAtMs.set(trace.id, nowMs)
    if (this.#placedAtMs.size > MOST_PLACED)
      for (const oldest of this.#placedAtMs.keys()) if (this.#placedAtMs.delete(oldest)) break
    this.#tracer.add(trace, { name: 'join place', startMs: record.appendTimeMs, endMs: nowMs })
  }

  /** Windows are whole. */
  closed(windows: readonly ClosedWindow[]): void {
    if (!this.#tracer.on) return
    const endMs = this.#clock.nowMs()
    for (const { window, closedBy } of windows) {
      const { own, readings } = tracesOf(this.#tracer, window)
      this.#tracesOf.set(window, { own, readings })
      const attributes = {
        'vigil.closed_by': closedBy,
        'vigil.vitals': window.readings.counts.vitals,
        'vigil.pcg': window.readings.counts.pcg,
        'vigil.video': window.readings.counts.video,
      }
      if (own !== null)
        this.#tracer.add(own, { name: 'join window', startMs: window.startMs, endMs, attributes, links: readings })
      for (const trace of readings) {
        const startMs = this.#placedAtMs.get(trace.id) ?? endMs
        this.#placedAtMs.delete(trace.id)
        const links = own === null ? [] : [own]
        this.#tracer.add(trace, { name: 'join window', startMs, endMs, attributes, links })
      }
    }
  }

  /** Their predictions are in the log; `concludedAtMs`: when they were handed to it. */
  answered(windows: readonly ClosedWindow[], concludedAtMs: number): void {
    if (!this.#tracer.on) return
    const endMs = this.#clock.nowMs()
    for (const { window } of windows) {
      const { own, readings } = this.#tracesOf.get(window) ?? { own: null, readings: [] }
      for (const trace of own === null ? readings : [own, ...readings])
        this.#tracer.add(trace, { name: 'join append', startMs: concludedAtMs, endMs })
    }
  }
}
