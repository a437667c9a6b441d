import type { GenerationMode, Modality, Reading } from '../reading.ts'
import type { LogRecord } from './log.ts'
import { SkimmedVitals } from './skimmed-vitals.ts'

/**
 * A reading as far as the join must know it before its window closes; the rest stays in the record's bytes. Good until the next is
 * read: it may be the same one, filled anew.
 */
export interface ReadingHeader {
  modality: Modality
  feedId: string
  sequence: number
  eventTimeMs: number
  generationMode: GenerationMode
  heartbeat: boolean
  /** The earliest and the latest of all times in the record: event time, and where its waveform stretches begin. */
  earliestTimeMs: number
  latestTimeMs: number
  /** What a vitals reading says, until the next reading is looked at. */
  vitals: SkimmedVitals | null
  /** its bytes, its place in the log; the key is the patient */
  record: LogRecord
}

const vitals = new SkimmedVitals()

/** The header of a reading that has been decoded as a whole. */
export function headerOf(record: LogRecord, reading: Reading): ReadingHeader {
  const { feedId, sequence, eventTimeMs, generationMode, heartbeat } = reading.record
  let [earliestTimeMs, latestTimeMs] = [eventTimeMs, eventTimeMs]
  if (reading.modality === 'vitals') {
    vitals.fill(reading.record)
    for (const { startTimeMs } of reading.record.waveforms) {
      earliestTimeMs = Math.min(earliestTimeMs, startTimeMs)
      latestTimeMs = Math.max(latestTimeMs, startTimeMs)
    }
  }
  const { modality } = reading
  return {
    modality,
    feedId,
    sequence,
    eventTimeMs,
    generationMode,
    heartbeat,
    earliestTimeMs,
    latestTimeMs,
    vitals: modality === 'vitals' ? vitals : null,
    record,
  }
}
