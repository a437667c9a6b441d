import { outbound } from '../ingest/outbound.ts'
import type { Metrics } from '../metrics.ts'
import type { Outbound } from '../reading.ts'
import type { ClosedWindow } from './patient-join.ts'
import { type Conclusion, windowRecord } from './window-record.ts'
import type { JoinOutput } from './windowed-join.ts'

/** What a batch led to for one patient. */
export interface PatientOutputs {
  outputs: JoinOutput[]
  windows: ClosedWindow[]
  /** held in memory until they are in the log */
  bytes: number
}

/** Of each patient what came, in its order. */
export function byPatient(outputs: readonly JoinOutput[]): Map<string, PatientOutputs> {
  const patients = new Map<string, PatientOutputs>()
  for (const output of outputs) {
    const patientId = output.kind === 'window' ? output.closed.window.patientId : output.late.patientId
    const of = patients.get(patientId) ?? { outputs: [], windows: [], bytes: 0 }
    patients.set(patientId, of)
    of.outputs.push(output)
    of.bytes += output.kind === 'window' ? output.closed.bytes : output.late.value.length
    if (output.kind === 'window') of.windows.push(output.closed)
  }
  return patients
}

/** A patient's results as records, when all its windows have been answered: late readings, and windows with their answers. */
export async function recordsOf(
  { outputs }: PatientOutputs,
  answerOf: ReadonlyMap<ClosedWindow, Promise<Conclusion> | undefined>,
  metrics: Metrics,
): Promise<Outbound[]> {
  const records: Outbound[] = []
  for (const output of outputs) {
    if (output.kind === 'late') {
      metrics.lateReadings.inc()
      metrics.recordLatenessMs.observe(output.late.latenessMs)
      records.push(outbound('late-readings', output.late))
      continue
    }
    const conclusion = await answerOf.get(output.closed)
    if (conclusion === undefined) throw new Error('predict answers every window')
    records.push(outbound('predictions', windowRecord(output.closed, conclusion)))
    output.closed.letGo()
  }
  return records
}
