import { tracesOf } from '../join/join-trace.ts'
import type { Conclusion } from '../join/window-record.ts'
import type { PatientWindow } from '../reading.ts'
import type { Tracer } from '../trace.ts'

/** A run of a model that a window was part of. */
export interface ModelRun {
  startedMs: number
  endedMs: number
  /** Windows in it. */
  rows: number
}

/** What a window went through on its way to its conclusion. */
export interface ConcludedWindow {
  window: PatientWindow
  startMs: number
  endMs: number
  conclusion: Conclusion
  runs: readonly ModelRun[]
}

/** Adds a conclusion to the traces of its window and of the readings in it. */
export function traceConclusion(tracer: Tracer, { window, startMs, endMs, conclusion, runs }: ConcludedWindow): void {
  if (!tracer.on) return
  const { own, readings } = tracesOf(tracer, window)
  for (const trace of own === null ? readings : [own, ...readings]) {
    const attributes = { 'vigil.rung': conclusion.rung, 'vigil.model': conclusion.model?.name ?? 'none' }
    tracer.add(trace, { name: 'predict window', startMs, endMs, attributes })
    for (const run of runs) {
      tracer.add(trace, { name: 'predict queue', startMs, endMs: run.startedMs })
      const size = { 'vigil.batch_windows': run.rows }
      tracer.add(trace, { name: 'predict batch', startMs: run.startedMs, endMs: run.endedMs, attributes: size })
    }
  }
}
