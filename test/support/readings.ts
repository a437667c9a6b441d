import { encodeRecord } from '../../src/ingest/avro-codec.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { headerOf, type ReadingHeader } from '../../src/ingest/reading-header.ts'
import { type Reading, TOPIC_OF_MODALITY, type VitalsReading } from '../../src/reading.ts'

/** What a test says of a reading; the rest is the plainest there is. */
export interface Said {
  modality?: Reading['modality']
  patientId?: string
  feedId?: string
  sequence?: number
  eventTimeMs: number
  heartbeat?: boolean
  numerics?: VitalsReading['numerics']
  waveforms?: VitalsReading['waveforms']
  clockOffsetMs?: number
}

/** A complete reading from the little a test says of it. */
export function readingOf(said: Said): Reading {
  const { modality = 'vitals', patientId = 'p1', eventTimeMs, clockOffsetMs = 0 } = said
  const head = {
    patientId,
    feedId: said.feedId ?? `${patientId}/${modality}`,
    deviceId: `${modality}-device`,
    sequence: said.sequence ?? eventTimeMs,
    eventTimeMs,
    deviceTimeMs: eventTimeMs - clockOffsetMs,
    clockOffsetMs,
    generationMode: 'test' as const,
    heartbeat: said.heartbeat ?? false,
  }
  if (modality === 'vitals')
    return { modality, record: { ...head, numerics: said.numerics ?? [], waveforms: said.waveforms ?? [] } }
  if (modality === 'pcg')
    return {
      modality,
      record: {
        ...head,
        site: 'mitral',
        sampleRateHz: 1_000,
        encoding: 'pcm_s16le',
        sampleCount: 4,
        samples: Buffer.from([1, 0, 2, 0, 3, 0, 4, 0]),
      },
    }
  return { modality, record: { ...head, widthPx: 2, heightPx: 2, jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xd9]) } }
}

/** The record of a reading as the log would hold it. */
export function recordOf(reading: Reading, offset: number, appendTimeMs: number, partition = 0): LogRecord {
  const value = encodeReading(reading)
  return {
    topic: TOPIC_OF_MODALITY[reading.modality],
    partition,
    offset,
    key: reading.record.patientId,
    value,
    appendTimeMs,
  }
}

/** The header of a reading that lies in the log. */
export function headerAt(reading: Reading, offset: number, appendTimeMs: number): ReadingHeader {
  return headerOf(recordOf(reading, offset, appendTimeMs), reading)
}

/** Encodes a reading for its topic. */
export function encodeReading(reading: Reading): Buffer {
  switch (reading.modality) {
    case 'vitals':
      return encodeRecord('vitals', reading.record)
    case 'pcg':
      return encodeRecord('heart-audio', reading.record)
    case 'video':
      return encodeRecord('procedure-video', reading.record)
  }
}
