import type { ErrorCode } from '../errors.ts'
import type { PcgChunk, Reading, VideoFrame, VitalsReading } from '../reading.ts'

export interface FieldProblem {
  code: ErrorCode
  /** the field, never its content */
  detail: string
}

/** JPEG start of image, then the first marker (ITU-T T.81, table B.1). */
export const JPEG_START = Buffer.from([0xff, 0xd8, 0xff])
/** Frames are meant to be shrunk at the edge; more than this is not a frame. */
export const MOST_PIXELS_A_SIDE = 16_384

/** The first field that no device could have meant; null when there is none. Heartbeats carry no media to look at. */
export function impossibleField(reading: Reading): FieldProblem | null {
  const { feedId, sequence } = reading.record
  if (!isFeedId(feedId)) return outOfRange('feedId')
  if (sequence < 0) return outOfRange('sequence')
  switch (reading.modality) {
    case 'vitals':
      return inVitals(reading.record)
    case 'pcg':
      return reading.record.heartbeat ? null : inChunk(reading.record)
    case 'video':
      return reading.record.heartbeat ? null : inFrame(reading.record)
  }
}

/** States keep feeds by their id: avsc puts a map's entries into a plain object one by one, where this one name is no entry. */
export function isFeedId(id: string): boolean {
  return id !== '' && id !== '__proto__'
}

function inVitals({ numerics, waveforms }: VitalsReading): FieldProblem | null {
  for (const [index, { code }] of numerics.entries()) {
    if (code === '') return outOfRange(`numerics.${index}.code`)
  }
  for (const [index, { code, sampleRateHz, samples }] of waveforms.entries()) {
    if (code === '') return outOfRange(`waveforms.${index}.code`)
    if (sampleRateHz <= 0) return outOfRange(`waveforms.${index}.sampleRateHz`)
    if (samples.length % 2 !== 0) return outOfRange(`waveforms.${index}.samples`)
  }
  return null
}

function inChunk({ sampleRateHz, encoding, sampleCount, samples }: PcgChunk): FieldProblem | null {
  if (sampleRateHz <= 0) return outOfRange('sampleRateHz')
  if (sampleCount <= 0) return outOfRange('sampleCount')
  if (samples.length === 0) return outOfRange('samples')
  if (encoding === 'pcm_s16le' && samples.length !== sampleCount * 2) return outOfRange('sampleCount')
  return null
}

function inFrame({ widthPx, heightPx, jpeg }: VideoFrame): FieldProblem | null {
  if (widthPx <= 0 || widthPx > MOST_PIXELS_A_SIDE) return outOfRange('widthPx')
  if (heightPx <= 0 || heightPx > MOST_PIXELS_A_SIDE) return outOfRange('heightPx')
  const isJpeg = jpeg.subarray(0, JPEG_START.length).equals(JPEG_START)
  return isJpeg ? null : { code: 'FRAME_UNREADABLE', detail: `jpeg, ${jpeg.length} bytes` }
}

function outOfRange(detail: string): FieldProblem {
  return { code: 'VALUE_OUT_OF_RANGE', detail }
}
