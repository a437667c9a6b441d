import type { Prediction } from '../../reading.ts'
import { integer, json, type Table, text, time } from '../table.ts'

/** A prediction record carries the summary of its window. */
export const windows: Table<Prediction> = {
  name: 'windows',
  columns: [
    text('patient_id', (window) => window.patientId),
    time('window_start', (window) => window.windowStartMs),
    time('window_end', (window) => window.windowEndMs),
    integer('vitals_count', (window) => window.vitalsCount),
    integer('pcg_count', (window) => window.pcgCount),
    integer('video_count', (window) => window.videoCount),
    text('closed_by', (window) => window.closedBy),
    text('content_digest', (window) => window.contentDigest),
    json('sources', (window) => window.sources),
    text('generation_mode', (window) => window.generationMode),
  ],
}
