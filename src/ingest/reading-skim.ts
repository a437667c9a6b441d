import type { Modality } from '../reading.ts'
import { AUSCULTATION_SITE_VALUES, GENERATION_MODE_VALUES, PCG_ENCODING_VALUES } from '../records.ts'
import { placeOf, type ValuePlace } from './fetched-record.ts'
import type { LogRecord } from './log.ts'
import { isFeedId, JPEG_START, MOST_PIXELS_A_SIDE } from './reading-fields.ts'
import type { ReadingHeader } from './reading-header.ts'
import type { TopicName } from './topics.ts'
import { SkimmedVitals } from './skimmed-vitals.ts'
import { WireCursor } from './wire-cursor.ts'

/** The frame of the schemas this was written for; a test holds them against schemas/avro. */
export const SKIMMED = {
  vitals: 'c301af9179f39df19a89',
  'heart-audio': 'c301a6dfcc40c0359a42',
  'procedure-video': 'c3010901711c2d3083ea',
} as const

const FRAME_BYTES = 10
const FRAMES = Object.fromEntries(Object.entries(SKIMMED).map(([topic, frame]) => [topic, Buffer.from(frame, 'hex')]))
/** An Avro int; what is beyond is left to the decoder. */
const MOST_INT = 2 ** 31 - 1
const PCM = PCG_ENCODING_VALUES.indexOf('pcm_s16le')

const cursor = new WireCursor()

/** What the last vitals reading said besides its head. */
const vitals = new SkimmedVitals()

const NO_RECORD: LogRecord = { topic: 'vitals', partition: 0, offset: 0, key: '', appendTimeMs: 0, value: null }

/** The header of the last reading: one for all, or the garbage collector would have one to take away for each. */
const skimmed: ReadingHeader = {
  modality: 'vitals',
  feedId: '',
  // Not whole numbers, so that what comes later changes no representation.
  sequence: 0.5,
  eventTimeMs: 0.5,
  generationMode: 'test',
  heartbeat: false,
  earliestTimeMs: 0.5,
  latestTimeMs: 0.5,
  vitals: null,
  record: NO_RECORD,
}

/**
 * Reads the header of a reading straight from its bytes, and moves over the rest to see that it is in order: about a tenth
 * of the cost of decoding it. Null: not plainly in order (an older schema, another framing, something wrong); then the whole
 * decoder must say what it is. What is skimmed is always what the decoder would accept, with the same header. It is good until the next reading is skimmed.
 */
export function skimReading(record: LogRecord): ReadingHeader | null {
  const { topic, key } = record
  const place = placeOf(record)
  if (key === '' || place === null || !openReading(cursor, topic, place)) return null
  cursor.same(key)
  const feedId = cursor.text()
  cursor.skip() // deviceId
  const sequence = cursor.long()
  const eventTimeMs = cursor.long()
  cursor.long() // deviceTimeMs
  cursor.long() // clockOffsetMs
  const mode = GENERATION_MODE_VALUES[cursor.choice(GENERATION_MODE_VALUES.length)]
  const heartbeat = cursor.boolean()
  if (!cursor.intact || mode === undefined || !isFeedId(feedId) || sequence < 0) return null
  const modality = skimBody(topic, heartbeat)
  if (modality === null || !cursor.done) return null
  let earliestTimeMs = eventTimeMs
  let latestTimeMs = eventTimeMs
  if (modality === 'vitals')
    for (let stretch = 0; stretch < vitals.stretches; stretch++) {
      const startTimeMs = vitals.startTimesMs[stretch] ?? NaN
      if (startTimeMs < earliestTimeMs) earliestTimeMs = startTimeMs
      if (startTimeMs > latestTimeMs) latestTimeMs = startTimeMs
    }
  skimmed.modality = modality
  skimmed.feedId = feedId
  skimmed.sequence = sequence
  skimmed.eventTimeMs = eventTimeMs
  skimmed.generationMode = mode
  skimmed.heartbeat = heartbeat
  skimmed.earliestTimeMs = earliestTimeMs
  skimmed.latestTimeMs = latestTimeMs
  skimmed.vitals = modality === 'vitals' ? vitals : null
  skimmed.record = record
  return skimmed
}

/** Opens a record behind its frame; false when the frame is not that of today's schema for its topic. */
export function openReading(opened: WireCursor, topic: TopicName, { bytes, start, end }: ValuePlace): boolean {
  const frame = FRAMES[topic]
  if (frame === undefined || end - start < FRAME_BYTES || !isAt(bytes, start, frame)) return false
  opened.open(bytes, start + FRAME_BYTES, end)
  return true
}

function skimBody(topic: TopicName, heartbeat: boolean): Modality | null {
  if (topic === 'vitals') return vitals.read(cursor) ? 'vitals' : null
  if (topic === 'heart-audio') return skimChunk(heartbeat) ? 'pcg' : null
  return skimFrame(heartbeat) ? 'video' : null
}

function skimChunk(heartbeat: boolean): boolean {
  cursor.choice(AUSCULTATION_SITE_VALUES.length)
  const sampleRateHz = cursor.long()
  const encoding = cursor.choice(PCG_ENCODING_VALUES.length)
  const sampleCount = cursor.long()
  const bytes = cursor.skip()
  if (!cursor.intact || !isInt(sampleRateHz) || !isInt(sampleCount)) return false
  const fits = encoding !== PCM || bytes === sampleCount * 2
  return heartbeat || (sampleRateHz > 0 && sampleCount > 0 && bytes > 0 && fits)
}

function skimFrame(heartbeat: boolean): boolean {
  const widthPx = cursor.long()
  const heightPx = cursor.long()
  const isJpeg = cursor.skipStarting(JPEG_START)
  if (!cursor.intact || !isInt(widthPx) || !isInt(heightPx)) return false
  return heartbeat || (isJpeg && isSide(widthPx) && isSide(heightPx))
}

function isSide(px: number): boolean {
  return px > 0 && px <= MOST_PIXELS_A_SIDE
}

function isInt(value: number): boolean {
  return value >= -MOST_INT && value <= MOST_INT
}

function isAt(bytes: Buffer, at: number, frame: Buffer): boolean {
  for (let index = 0; index < FRAME_BYTES; index++) if (bytes[at + index] !== frame[index]) return false
  return true
}
