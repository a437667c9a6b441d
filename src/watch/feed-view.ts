import type { GenerationMode, Modality } from '../records.ts'

/** A feed as the engineers' view has it. */
export interface FeedView {
  feedId: string
  patientId: string
  bedId: string
  modality: Modality
  deviceId: string
  generationMode: GenerationMode
  lastEventTimeMs: number
  /** Append time of its newest record. */
  lastAppendTimeMs: number
  clockOffsetMs: number
  recordsPerMinute: number
  bytesPerMinute: number
  heartbeatOnly: boolean
  /** Codes of what it sends: numerics, waveforms, auscultation site, frame size. */
  sends: string[]
  late: number
  /** Sequence numbers it skipped. */
  gaps: number
}

export interface DeadLetterView {
  id: string
  topic: string
  partition: number
  offset: number
  appendTimeMs: number
  code: string
  detail: string
  detectedBy: string
  valueBytes: number
}

/** A feed that has sent nothing for so long that it counts as lost. */
export interface LostFeed {
  unitId: string
  bedId: string
  feedId: string
  modality: Modality
}
