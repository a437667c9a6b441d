import { DEMO_SCRIPTS } from '../../src/acquire/demo-script.ts'
import { monitorSecond } from '../../src/acquire/simulated-monitor.ts'
import { SimulatedPatient } from '../../src/acquire/simulated-patient.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { Alert, GenerationMode, Outbound, PcgChunk, VitalsReading } from '../../src/reading.ts'
import { alert, context, prediction } from '../store/records.ts'
import { HEART_RATE_HZ, heartSound } from './made-heart.ts'

/** A patient of a ward with a window of the archive, and what was said of an alert that began in it. */
export interface LabelledPatient {
  patientId: string
  seed: number
  windowStartMs: number
  murmur: boolean
  condition: string
  /** words on the same alert, the last one last */
  said: readonly string[]
  mode?: GenerationMode
  /** what the monitor says of the heart rate; left out: no monitor */
  heartRate?: number
}

/** All that lands on the topics of a patient: who he is, ten seconds of his heart, the closed window, and the alert. */
export function recordsOf(patient: LabelledPatient): Outbound[] {
  const { patientId, windowStartMs, mode = 'real', heartRate } = patient
  const head = { patientId, deviceId: 'd', clockOffsetMs: 0, generationMode: mode, heartbeat: false } as const
  const simulated = new SimulatedPatient(DEMO_SCRIPTS[0], patient.seed)
  const heard = heartSound(patient.murmur, patient.seed)
  const records: Outbound[] = [
    outbound('patient-context', {
      ...context(patientId, windowStartMs - 1_000),
      sex: patient.seed % 4 < 2 ? 'female' : 'male',
      generationMode: mode,
    }),
  ]
  for (let second = 0; second < 10; second++) {
    const atMs = windowStartMs + second * 1_000
    if (heartRate === undefined) {
      const chunk: PcgChunk = {
        ...head,
        feedId: 'stethoscope',
        sequence: second,
        eventTimeMs: atMs,
        deviceTimeMs: atMs,
        site: 'aortic',
        sampleRateHz: HEART_RATE_HZ,
        encoding: 'pcm_s16le',
        sampleCount: HEART_RATE_HZ,
        samples: Buffer.from(heard.slice(second * HEART_RATE_HZ, (second + 1) * HEART_RATE_HZ).buffer),
      }
      records.push(outbound('heart-audio', chunk))
    } else {
      const seen = monitorSecond(simulated, 100 + second, 100 + second, atMs - 500)
      const reading: VitalsReading = {
        ...head,
        feedId: 'monitor',
        sequence: second,
        eventTimeMs: atMs + 500,
        deviceTimeMs: atMs + 500,
        waveforms: seen.waveforms,
        numerics: [{ code: 'hr', value: heartRate, unit: '/min', validity: 'valid' }],
      }
      records.push(outbound('vitals', reading))
    }
  }
  const counts = {
    vitalsCount: heartRate === undefined ? 0 : 10,
    pcgCount: heartRate === undefined ? 10 : 0,
    videoCount: 0,
  }
  records.push(outbound('predictions', { ...prediction(patientId, windowStartMs), ...counts, generationMode: mode }))
  return [...records, ...alertsOf(patient)]
}

function alertsOf({ patientId, condition, said, windowStartMs, mode = 'real' }: LabelledPatient): Outbound[] {
  const shared: Partial<Alert> = { condition, onsetTimeMs: windowStartMs + 2_345, generationMode: mode }
  const raised = alert(patientId, 1, windowStartMs + 12_000, shared)
  const labelled = said.map((label, index) =>
    alert(patientId, 2 + index, windowStartMs + 600_000 + index, { ...shared, transition: 'labelled', label }),
  )
  return [raised, ...labelled].map((one) => outbound('alerts', one))
}
