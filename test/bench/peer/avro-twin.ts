import type { Log } from '../../../src/ingest/log.ts'
import { ENCODE } from '../../../src/ingest/outbound.ts'
import type { Outbound, Reading, VitalsReading } from '../../../src/reading.ts'
import { type Load, type PeerEvent, peerTicks } from './peer-events.ts'

/** What the peer's six columns are in our schema, in their order. */
const NUMERICS: readonly { code: string; unit: string }[] = [
  { code: 'hr', unit: '/min' },
  { code: 'spo2', unit: '%' },
  { code: 'rr', unit: '/min' },
  { code: 'abp_sys', unit: 'mmHg' },
  { code: 'abp_dia', unit: 'mmHg' },
  { code: 'temp', unit: '°C' },
]
const ECG_RATE_HZ = 650
const ECG_SCALE = 1 / 32_000
const AUDIO_RATE_HZ = 4_088
/** Start of image, then an application segment that holds the opaque bytes, then end of image (ITU-T T.81, B.1). */
const JPEG_HEAD_BYTES = 6
const JPEG_TAIL = Buffer.from([0xff, 0xd9])
/** Appended together at least: batches about as large as those of the peer's producer. */
const RECORDS_AN_APPEND = 1_500
/** And at most, whatever a ward is: what is appended together has one time, in which a stream must not run ahead by a window. */
const TICKS_AN_APPEND = 20

/** What was appended within the last minute may be held for a broker's clock that is off; a replay is of what is older. */
export const REPLAYED_AFTER_MS = 65_000

/** The part of a twin's frame that the peer's frame consists of. */
export function opaqueBytes(jpeg: Uint8Array): Uint8Array {
  return jpeg.subarray(JPEG_HEAD_BYTES, jpeg.length - JPEG_TAIL.length)
}

export function patientIdOf(patient: number): string {
  return `p${String(patient).padStart(5, '0')}`
}

/**
 * Appends the twin of the peer's topics: the same events in the same order with the same keys, as Avro records. Event times
 * are moved by `shiftMs`: a reading that is years older than its append is not taken for plausible. Returns how many records
 * were appended; `wanted` leaves others out.
 */
export async function fillTwin(
  log: Log,
  load: Load,
  shiftMs: number,
  wanted: (event: PeerEvent) => boolean = () => true,
): Promise<number> {
  let records: Outbound[] = []
  let appended = 0
  let ticks = 0
  for (const tick of peerTicks(load)) {
    for (const event of tick) if (wanted(event)) records.push(ENCODE.reading(twinOf(event, shiftMs)))
    ticks++
    if (records.length < RECORDS_AN_APPEND && ticks < TICKS_AN_APPEND) continue
    ticks = 0
    appended += records.length
    await log.append(records)
    records = []
  }
  await log.append(records)
  return appended + records.length
}

function twinOf(event: PeerEvent, shiftMs: number): Reading {
  const eventTimeMs = event.eventTimeMs + shiftMs
  const patientId = patientIdOf(event.patient)
  const head = (device: string) => ({
    patientId,
    feedId: `${patientId}-${device}`,
    deviceId: `${device}-${event.patient}`,
    sequence: event.sequence,
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test' as const,
    heartbeat: event.kind.endsWith('heartbeat'),
  })
  switch (event.kind) {
    case 'vitals':
      return { modality: 'vitals', record: { ...head('monitor'), ...vitalsOf(event.numerics, event.ecg, eventTimeMs) } }
    case 'audio':
      return pcg(head('stethoscope'), littleEndian(event.samples))
    case 'audio_heartbeat':
      return pcg(head('stethoscope'), Buffer.alloc(0))
    case 'video':
      return video(head('camera'), jpegAround(event.bytes))
    case 'video_heartbeat':
      return video(head('camera'), Buffer.alloc(0))
  }
}

type Head = Pick<
  VitalsReading,
  'patientId' | 'feedId' | 'deviceId' | 'sequence' | 'eventTimeMs' | 'deviceTimeMs' | 'clockOffsetMs' | 'generationMode'
> & { heartbeat: boolean }

function vitalsOf(
  values: Float64Array,
  ecg: Float64Array,
  startTimeMs: number,
): Pick<VitalsReading, 'numerics' | 'waveforms'> {
  const samples = Buffer.alloc(ecg.length * 2)
  for (const [index, value] of ecg.entries()) samples.writeInt16LE(Math.round(value / ECG_SCALE), index * 2)
  return {
    numerics: NUMERICS.map(({ code, unit }, index) => ({
      code,
      value: values[index] ?? null,
      unit,
      validity: 'valid' as const,
    })),
    waveforms: [
      {
        code: 'ecg',
        startTimeMs,
        sampleRateHz: ECG_RATE_HZ,
        scale: ECG_SCALE,
        offset: 0,
        unit: 'mV',
        validity: 'valid',
        samples,
      },
    ],
  }
}

function pcg(head: Head, samples: Buffer): Reading {
  const sampleCount = samples.length / 2
  return {
    modality: 'pcg',
    record: { ...head, site: 'mitral', sampleRateHz: AUDIO_RATE_HZ, encoding: 'pcm_s16le', sampleCount, samples },
  }
}

function video(head: Head, jpeg: Buffer): Reading {
  return { modality: 'video', record: { ...head, widthPx: 320, heightPx: 240, jpeg } }
}

function littleEndian(samples: Uint8Array): Buffer {
  return Buffer.from(samples).swap16()
}

function jpegAround(bytes: Uint8Array): Buffer {
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xef, 0, 0])
  head.writeUInt16BE(bytes.length + 2, 4)
  return Buffer.concat([head, bytes, JPEG_TAIL])
}
