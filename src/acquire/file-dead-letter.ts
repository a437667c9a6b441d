import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { type DeadLetter, TOPIC_OF_MODALITY } from '../reading.ts'
import type { PlannedFile } from './acquire-plan.ts'
import type { RecordingFault } from './recording.ts'

const KEPT_BYTES = 1024

/**
 * The dead letter of a file that could not be fed, or not to its end: it never was a record, so that it has no partition
 * and no offset. Its id is the same when the same file is tried again.
 */
export async function fileDeadLetter(
  file: PlannedFile,
  patientId: string,
  fault: RecordingFault,
  nowMs: number,
): Promise<DeadLetter> {
  const topic = TOPIC_OF_MODALITY[file.modality]
  const value = await headOf(file.path)
  const identity = createHash('sha256').update(`${topic}|${patientId}|${file.path}|${fault.code}|`)
  return {
    id: identity
      .update(value ?? '')
      .digest('hex')
      .slice(0, 32),
    topic,
    partition: -1,
    offset: -1,
    appendTimeMs: nowMs,
    code: fault.code,
    // Not the file's name: it may name the patient.
    detail: `a recorded file: ${fault.detail}`,
    detectedBy: 'acquire',
    key: Buffer.from(patientId),
    value,
  }
}

async function headOf(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(KEPT_BYTES), 0, KEPT_BYTES, 0)
      return bytesRead === 0 ? null : buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}
