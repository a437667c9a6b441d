import type { Numeric, Reading, WaveformStretch } from '../reading.ts'
import { AUSCULTATION_SITE_VALUES, GENERATION_MODE_VALUES, PCG_ENCODING_VALUES, VALIDITY_VALUES } from '../records.ts'
import type { ValuePlace } from './fetched-record.ts'
import { openReading } from './reading-skim.ts'
import type { TopicName } from './topics.ts'
import { WireCursor } from './wire-cursor.ts'

const cursor = new WireCursor()
let copies = false

/**
 * The reading of a record that was skimmed. As views, samples and frames lie in the record's bytes and nothing is copied:
 * whoever keeps one keeps the broker's whole answer in memory. Null when only the whole decoder can read the record.
 */
export function viewReading(topic: TopicName, place: ValuePlace, media: 'views' | 'copies'): Reading | null {
  if (!openReading(cursor, topic, place)) return null
  copies = media === 'copies'
  const reading = read(topic)
  return cursor.done ? reading : null
}

/** Field by field in the order of the schemas: to spread a common head would cost more than all of its fields. */
function read(topic: TopicName): Reading {
  const patientId = cursor.text()
  const feedId = cursor.text()
  const deviceId = cursor.text()
  const sequence = cursor.long()
  const eventTimeMs = cursor.long()
  const deviceTimeMs = cursor.long()
  const clockOffsetMs = cursor.long()
  const generationMode = symbol(GENERATION_MODE_VALUES)
  const heartbeat = cursor.boolean()
  switch (topic) {
    case 'vitals':
      return {
        modality: 'vitals',
        record: {
          patientId,
          feedId,
          deviceId,
          sequence,
          eventTimeMs,
          deviceTimeMs,
          clockOffsetMs,
          generationMode,
          heartbeat,
          numerics: numerics(),
          waveforms: waveforms(),
        },
      }
    case 'heart-audio':
      return {
        modality: 'pcg',
        record: {
          patientId,
          feedId,
          deviceId,
          sequence,
          eventTimeMs,
          deviceTimeMs,
          clockOffsetMs,
          generationMode,
          heartbeat,
          site: symbol(AUSCULTATION_SITE_VALUES),
          sampleRateHz: cursor.long(),
          encoding: symbol(PCG_ENCODING_VALUES),
          sampleCount: cursor.long(),
          samples: bytes(),
        },
      }
    default:
      return {
        modality: 'video',
        record: {
          patientId,
          feedId,
          deviceId,
          sequence,
          eventTimeMs,
          deviceTimeMs,
          clockOffsetMs,
          generationMode,
          heartbeat,
          widthPx: cursor.long(),
          heightPx: cursor.long(),
          jpeg: bytes(),
        },
      }
  }
}

function numerics(): Numeric[] {
  const all: Numeric[] = []
  for (let count = cursor.block(); count > 0; count = cursor.block())
    for (let item = 0; item < count && cursor.intact; item++)
      all.push({
        code: cursor.text(),
        value: cursor.choice(2) === 0 ? null : cursor.double(),
        unit: cursor.text(),
        validity: symbol(VALIDITY_VALUES),
      })
  return all
}

function waveforms(): WaveformStretch[] {
  const all: WaveformStretch[] = []
  for (let count = cursor.block(); count > 0; count = cursor.block())
    for (let item = 0; item < count && cursor.intact; item++)
      all.push({
        code: cursor.text(),
        startTimeMs: cursor.long(),
        sampleRateHz: cursor.double(),
        scale: cursor.double(),
        offset: cursor.double(),
        unit: cursor.text(),
        validity: symbol(VALIDITY_VALUES),
        samples: bytes(),
      })
  return all
}

function bytes(): Buffer {
  const view = cursor.view()
  return copies ? Buffer.from(view) : view
}

function symbol<T extends string>(symbols: readonly [T, ...T[]]): T {
  return symbols[cursor.choice(symbols.length)] ?? symbols[0]
}
