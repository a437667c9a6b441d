import type { VitalsReading, WaveformStretch } from '../../reading.ts'
import { bytes, double, integer, type Table, text, time } from '../table.ts'

export interface WaveformRow {
  reading: VitalsReading
  stretch: WaveformStretch
}

export const waveformStretches: Table<WaveformRow> = {
  name: 'waveform_stretches',
  columns: [
    text('patient_id', ({ reading }) => reading.patientId),
    text('code', ({ stretch }) => stretch.code),
    time('start_time', ({ stretch }) => stretch.startTimeMs),
    time('event_time', ({ reading }) => reading.eventTimeMs),
    double('sample_rate_hz', ({ stretch }) => stretch.sampleRateHz),
    double('scale', ({ stretch }) => stretch.scale),
    double('sample_offset', ({ stretch }) => stretch.offset),
    text('unit', ({ stretch }) => stretch.unit),
    text('validity', ({ stretch }) => stretch.validity),
    bytes('samples', ({ stretch }) => stretch.samples),
    text('feed_id', ({ reading }) => reading.feedId),
    integer('sequence', ({ reading }) => reading.sequence),
    text('generation_mode', ({ reading }) => reading.generationMode),
  ],
}

export function waveformRows(reading: VitalsReading): WaveformRow[] {
  return reading.waveforms.map((stretch) => ({ reading, stretch }))
}
