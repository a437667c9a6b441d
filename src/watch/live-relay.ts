import type { Logger } from 'pino'
import type { Batch, LogRecord } from '../ingest/log.ts'
import type { Clock } from '../clock.ts'
import { readReading } from '../ingest/record-check.ts'
import type { Metrics } from '../metrics.ts'
import type { PcgChunk, Reading, VideoFrame, VitalsReading } from '../reading.ts'
import type { Broadcast } from './broadcast.ts'
import { heartSoundSamples } from './heart-sound-samples.ts'
import { bedRoom, roomsOfBed, roomsOfWave } from './rooms.ts'
import { frameUpdate, heartSoundUpdate, vitalsUpdate, waveformUpdate } from './updates.ts'
import type { Ward } from './ward.ts'
import type { WatchTrace } from './watch-trace.ts'

interface LiveRelayOptions {
  ward: Ward
  broadcast: Broadcast
  futureToleranceMs: number
  clock: Clock
  metrics: Metrics
  trace: WatchTrace
  logger: Logger
}

/** Readings of the three streams to the screens, as soon as they are in the log. Each record is decoded once. */
export class LiveRelay {
  readonly #options: LiveRelayOptions
  /** What is older was read to begin with a picture; its way took as long as we were not here. */
  readonly #sinceMs: number

  constructor(options: LiveRelayOptions) {
    this.#options = options
    this.#sinceMs = options.clock.nowMs()
  }

  receive(batch: Batch): void {
    for (const record of batch.records) {
      try {
        this.#relay(record)
      } catch (error) {
        // One record must not keep the others from the screens; that it could not be shown is a bug to be seen.
        const { topic, partition, offset } = record
        this.#options.logger.error({ err: error, topic, partition, offset }, 'a reading could not be shown')
      }
    }
  }

  #relay(record: LogRecord): void {
    const { ward, futureToleranceMs } = this.#options
    const checked = readReading(record, { futureToleranceMs })
    // What cannot be read, join sends to dead-letter; the screen hears of it from there.
    if (!checked.ok) return
    const { reading } = checked
    const { appendTimeMs, value } = record
    const { patientId } = reading.record
    const appeared = ward.beds.appear(patientId, appendTimeMs)
    if (appeared === 'discharged') return
    const bed = appeared === 'new' ? ward.beds.view(patientId) : null
    if (bed !== null) this.#options.broadcast.send(roomsOfBed(patientId, bed.unitId), 'bed', bed)
    // An event time in the future would look live for as long as it lies ahead: such a reading is shown as of its arrival.
    const aheadMs = checked.timing === 'ahead' ? reading.record.eventTimeMs - appendTimeMs : 0
    ward.newestAppendTimeMs = Math.max(ward.newestAppendTimeMs ?? 0, appendTimeMs)
    ward.feeds.take(reading.modality, reading.record, codesOf(reading), value?.length ?? 0, appendTimeMs)
    if (reading.record.heartbeat) return
    switch (reading.modality) {
      case 'vitals':
        this.#vitals(earlier(reading.record, aheadMs), aheadMs)
        break
      case 'pcg':
        this.#heartSound(earlier(reading.record, aheadMs))
        break
      case 'video':
        this.#frame(earlier(reading.record, aheadMs))
        break
    }
    this.#shown(reading, appendTimeMs)
    this.#options.trace.reading(reading, appendTimeMs)
  }

  #shown({ modality, record }: Reading, appendTimeMs: number): void {
    const { clock, metrics } = this.#options
    if (appendTimeMs < this.#sinceMs) return
    metrics.readingToScreenMs.observe({ modality }, Math.max(0, clock.nowMs() - record.eventTimeMs))
  }

  #vitals(record: VitalsReading, aheadMs: number): void {
    const { ward, broadcast } = this.#options
    const { patientId } = record
    const unitId = ward.beds.unitOf(patientId)
    if (record.numerics.length > 0) {
      const update = vitalsUpdate('live', record)
      ward.beds.vitals(update)
      broadcast.offerOfBed(patientId, roomsOfBed(patientId, unitId), 'vitals', update)
    }
    for (const stretch of record.waveforms) {
      const update = waveformUpdate('live', patientId, { ...stretch, startTimeMs: stretch.startTimeMs - aheadMs })
      ward.recent.waveform(update)
      const drawn = roomsOfWave(patientId, unitId, stretch.code).filter((room) => broadcast.watched(room))
      if (drawn.length > 0) broadcast.offerOfBed(patientId, drawn, 'waveform', update)
    }
  }

  #heartSound(chunk: PcgChunk): void {
    const { ward, broadcast, logger } = this.#options
    const room = bedRoom(chunk.patientId)
    ward.recent.sound(chunk)
    if (!broadcast.watched(room)) return
    const show = (samples: Uint8Array | null): void => {
      if (samples === null) return
      broadcast.offerOfBed(chunk.patientId, [room], 'heart-sound', heartSoundUpdate('live', chunk, samples))
    }
    if (chunk.encoding === 'pcm_s16le') show(chunk.samples)
    else
      heartSoundSamples(chunk).then(show, (error: unknown) =>
        logger.error({ err: error }, 'a heart sound was not shown'),
      )
  }

  #frame(frame: VideoFrame): void {
    const room = bedRoom(frame.patientId)
    this.#options.broadcast.offerOfBed(frame.patientId, [room], 'frame', frameUpdate('live', frame))
  }
}

function earlier<T extends { eventTimeMs: number }>(record: T, ms: number): T {
  return ms === 0 ? record : { ...record, eventTimeMs: record.eventTimeMs - ms }
}

function codesOf(
  reading:
    | { modality: 'vitals'; record: VitalsReading }
    | { modality: 'pcg'; record: PcgChunk }
    | { modality: 'video'; record: VideoFrame },
): string[] {
  switch (reading.modality) {
    case 'vitals':
      return [...reading.record.numerics, ...reading.record.waveforms].map(({ code }) => code)
    case 'pcg':
      return reading.record.heartbeat ? [] : [reading.record.site]
    case 'video':
      return reading.record.heartbeat ? [] : [`${reading.record.widthPx}×${reading.record.heightPx}`]
  }
}
