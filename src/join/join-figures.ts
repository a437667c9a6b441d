import type { Metrics } from '../metrics.ts'
import type { ClosedWindow } from './patient-join.ts'

/** How far behind the log each live source of a patient was as their windows closed. */
export function observeClosed(metrics: Metrics, windows: readonly ClosedWindow[]): void {
  for (const { state } of windows) {
    if (state === null) continue
    for (const { modality, watermarkMs, idle } of state.sources)
      if (!idle) metrics.watermarkLagMs.observe({ modality }, Math.max(0, state.appendTimeMs - watermarkMs))
  }
}

/** How long windows took to be answered, from their close and from their end. */
export function observeAnswered(
  metrics: Metrics,
  windows: readonly ClosedWindow[],
  closedAtMs: number,
  nowMs: number,
): void {
  for (const { window } of windows) {
    metrics.predictionLatencyMs.observe(Math.max(0, nowMs - closedAtMs))
    metrics.windowToPredictionMs.observe(Math.max(0, nowMs - window.endMs))
  }
}
