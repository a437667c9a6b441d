import type { PcgChunk } from '../../reading.ts'
import { bytes, double, integer, type Table, text, time } from '../table.ts'

export const heartSounds: Table<PcgChunk> = {
  name: 'heart_sounds',
  columns: [
    text('patient_id', (chunk) => chunk.patientId),
    time('start_time', (chunk) => chunk.eventTimeMs),
    text('site', (chunk) => chunk.site),
    double('sample_rate_hz', (chunk) => chunk.sampleRateHz),
    text('encoding', (chunk) => chunk.encoding),
    integer('sample_count', (chunk) => chunk.sampleCount),
    bytes('samples', (chunk) => chunk.samples),
    text('feed_id', (chunk) => chunk.feedId),
    integer('sequence', (chunk) => chunk.sequence),
    text('generation_mode', (chunk) => chunk.generationMode),
  ],
}
