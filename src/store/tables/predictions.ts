import type { Prediction } from '../../reading.ts'
import { double, json, type Table, text, time } from '../table.ts'

export const predictions: Table<Prediction> = {
  name: 'predictions',
  columns: [
    text('id', (prediction) => prediction.id),
    text('patient_id', (prediction) => prediction.patientId),
    time('window_start', (prediction) => prediction.windowStartMs),
    time('window_end', (prediction) => prediction.windowEndMs),
    text('rung', (prediction) => prediction.rung),
    double('risk', (prediction) => prediction.risk),
    double('risk_low', (prediction) => prediction.riskLow),
    double('risk_high', (prediction) => prediction.riskHigh),
    json('parts', (prediction) => prediction.parts),
    json('missing', (prediction) => prediction.missing),
    json('model', (prediction) => prediction.model),
    text('generation_mode', (prediction) => prediction.generationMode),
  ],
}
