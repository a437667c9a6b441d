import type { Encode } from '../acquire/bed-source.ts'
import { type Outbound, type Reading, TOPIC_OF_MODALITY } from '../reading.ts'
import { decodeRecord, encodeRecord } from './avro-codec.ts'
import type { RecordOf, TopicName } from './topics.ts'

/** The key of dead letters whose record came without one. */
export const UNKNOWN_KEY = 'unknown'

/** A record on its way to its topic: encoded, and keyed by patient. Throws on a record that does not fit the schema. */
export function outbound<T extends TopicName>(topic: T, record: RecordOf[T]): Outbound {
  return { topic, key: keyOf(record), value: encodeRecord(topic, record) }
}

/** Removes a key from a compacted topic. */
export function tombstone(topic: TopicName, key: string): Outbound {
  return { topic, key, value: null }
}

/** How acquire's readings become bytes. */
export const ENCODE: Encode = {
  reading(reading) {
    switch (reading.modality) {
      case 'vitals':
        return outbound(TOPIC_OF_MODALITY.vitals, reading.record)
      case 'pcg':
        return outbound(TOPIC_OF_MODALITY.pcg, reading.record)
      case 'video':
        return outbound(TOPIC_OF_MODALITY.video, reading.record)
    }
  },
  context: (context) => outbound('patient-context', context),
}

/** The reading that a record on its way holds; null when it holds something else. */
export function readingOf({ topic, value }: Outbound): Reading | null {
  if (value === null) return null
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  switch (topic) {
    case TOPIC_OF_MODALITY.vitals: {
      const read = decodeRecord('vitals', bytes)
      return read.ok ? { modality: 'vitals', record: read.record } : null
    }
    case TOPIC_OF_MODALITY.pcg: {
      const read = decodeRecord('heart-audio', bytes)
      return read.ok ? { modality: 'pcg', record: read.record } : null
    }
    case TOPIC_OF_MODALITY.video: {
      const read = decodeRecord('procedure-video', bytes)
      return read.ok ? { modality: 'video', record: read.record } : null
    }
    default:
      return null
  }
}

function keyOf(record: RecordOf[TopicName]): string {
  if ('entryId' in record) return record.patientId ?? record.userId
  if ('patientId' in record) return record.patientId
  return record.key === null || record.key.length === 0 ? UNKNOWN_KEY : record.key.toString('utf8')
}
