import type { PatientContext } from '../reading.ts'
import type { Log } from './log.ts'
import { partitionOf } from './partition-of.ts'
import { readRecord } from './record-check.ts'

/** The newest context of a patient in the log; null when there is none, or it was taken back. Throws LOG_UNAVAILABLE. */
export async function knownContext(log: Log, patientId: string): Promise<PatientContext | null> {
  let known: PatientContext | null = null
  for await (const record of log.readAll('patient-context', [partitionOf(patientId, log.partitions)])) {
    if (record.key !== patientId) continue
    const read = record.value === null ? null : readRecord('patient-context', record)
    if (read === null) known = null
    else if (read.ok) known = read.record
  }
  return known
}
