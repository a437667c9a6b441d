import type { VideoFrame } from '../../reading.ts'
import { bytes, integer, type Table, text, time } from '../table.ts'

export const frames: Table<VideoFrame> = {
  name: 'frames',
  columns: [
    text('patient_id', (frame) => frame.patientId),
    time('event_time', (frame) => frame.eventTimeMs),
    integer('width_px', (frame) => frame.widthPx),
    integer('height_px', (frame) => frame.heightPx),
    bytes('jpeg', (frame) => frame.jpeg),
    text('feed_id', (frame) => frame.feedId),
    integer('sequence', (frame) => frame.sequence),
    text('generation_mode', (frame) => frame.generationMode),
  ],
}
