import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { Metrics } from '../../src/metrics.ts'
import { createPredictor } from '../../src/predict/predictor.ts'
import type { PatientWindow, PcgChunk } from '../../src/reading.ts'
import { readingOf } from '../support/readings.ts'
import { noHistory, readingsOf } from '../support/window-readings.ts'
import { type Benchmark, type Figure, median } from './figure.ts'

const RUNS = 15
const RATE_HZ = 2_000
const clock = new SystemClock()

/** Milliseconds a window: tensors, the inference process and back, fusion; windows with 10 s of vitals and of heart sound. */
export const inference: Benchmark = {
  name: 'inference',
  run: async () => {
    const predictor = createPredictor({
      config: defaultConfig(),
      clock,
      metrics: new Metrics(),
      logger: pino({ level: 'silent' }),
    })
    await predictor.start()
    const figures: Figure[] = []
    for (const windows of [1, 8, 32]) {
      const batch = Array.from({ length: windows }, (_, patient) => windowOf(`bench-${patient}`))
      await predictor.predict(batch)
      const times: number[] = []
      for (let run = 0; run < RUNS; run++) {
        const startedMs = clock.monotonicMs()
        const conclusions = await predictor.predict(batch)
        times.push((clock.monotonicMs() - startedMs) / windows)
        if (conclusions.some(({ model }) => model === null)) throw new Error('the model did not answer')
      }
      figures.push({
        name: `batch${windows}Ms`,
        says: `a window, batches of ${windows}`,
        value: median(times),
        unit: 'ms',
      })
    }
    await predictor.stop()
    return figures
  },
}

function windowOf(patientId: string): PatientWindow {
  const numerics = [
    { code: 'hr', value: 80, unit: '/min', validity: 'valid' as const },
    { code: 'spo2', value: 97, unit: '%', validity: 'valid' as const },
    { code: 'rr', value: 16, unit: '/min', validity: 'valid' as const },
    { code: 'abp_sys', value: 120, unit: 'mmHg', validity: 'valid' as const },
    { code: 'temp', value: 37, unit: '°C', validity: 'valid' as const },
  ]
  const seconds = Array.from({ length: 10 }, (_, second) => second * 1_000)
  const vitals = seconds.flatMap((eventTimeMs) => {
    const reading = readingOf({ patientId, eventTimeMs, numerics })
    return reading.modality === 'vitals' ? [reading.record] : []
  })
  const pcg = seconds.flatMap((eventTimeMs) => chunk(patientId, eventTimeMs))
  const source = { state: 'live' as const, readings: 10, lastEventTimeMs: 9_000 }
  return {
    patientId,
    startMs: 0,
    endMs: 10_000,
    readings: readingsOf({ vitals, pcg }),
    context: null,
    history: noHistory(),
    sources: [
      { modality: 'vitals', feedId: 'monitor', ...source },
      { modality: 'pcg', feedId: 'stethoscope', ...source },
    ],
  }
}

/** A second of thuds, 75 a minute: sound enough to be listened to. */
function chunk(patientId: string, eventTimeMs: number): PcgChunk[] {
  const reading = readingOf({ modality: 'pcg', patientId, eventTimeMs })
  if (reading.modality !== 'pcg') return []
  const samples = Buffer.alloc(RATE_HZ * 2)
  for (let index = 0; index < RATE_HZ; index++) {
    const seconds = eventTimeMs / 1_000 + index / RATE_HZ
    const phase = seconds % 0.8
    const thud = Math.exp(-((phase - 0.1) ** 2) / 0.0008) + 0.7 * Math.exp(-((phase - 0.42) ** 2) / 0.0005)
    samples.writeInt16LE(Math.round(8_000 * thud * Math.sin(2 * Math.PI * 60 * seconds)), index * 2)
  }
  return [{ ...reading.record, sampleRateHz: RATE_HZ, sampleCount: RATE_HZ, samples }]
}
