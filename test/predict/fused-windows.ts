import sharp from 'sharp'
import { HISTORY_HOURS, HISTORY_SIGNS, type PatientWindow, type VitalsReading } from '../../src/reading.ts'
import { chunks, context, frame, HEALTHY, numeric, START_MS, vitals, windowOf } from './windows.ts'

type Streams = Parameters<typeof windowOf>[0]

const FAST = [...HEALTHY.filter(({ code }) => code !== 'hr'), numeric('hr', 150)]

/** A window with every evidence: a history, an alarm of the heart rate with an ECG to judge it by, a heart sound, a frame, notes. */
export async function fullWindow(changes: Streams = {}): Promise<PatientWindow> {
  return windowOf({
    context: context({ diagnosis: 'pneumonia', notes: ['cough for five days'] }),
    history: { hours: new Float32Array(HISTORY_HOURS * HISTORY_SIGNS).fill(110) },
    vitals: monitor({ ecg: true }),
    pcg: chunks(10),
    video: [{ ...frame(), jpeg: await grey(100) }],
    ...changes,
  })
}

/** Ten seconds of a heart rate of 150 over a NEWS2 of 3. */
export function monitor({ ecg }: { ecg: boolean }): VitalsReading[] {
  return Array.from({ length: 10 }, (_, second) => ({
    ...vitals(FAST, second),
    waveforms: ecg ? [steadyEcg(second)] : [],
  }))
}

/** The same at a rate that raises no alarm. */
export function steadyMonitor(): VitalsReading[] {
  return Array.from({ length: 10 }, (_, second) => ({ ...vitals(HEALTHY, second), waveforms: [steadyEcg(second)] }))
}

export function grey(level: number): Promise<Buffer> {
  const background = { r: level, g: level, b: level }
  return sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .jpeg()
    .toBuffer()
}

/** A second of a steady 1.5 mV. */
function steadyEcg(second: number): VitalsReading['waveforms'][number] {
  const samples = Buffer.alloc(500)
  for (let index = 0; index < 250; index++) samples.writeInt16LE(150, 2 * index)
  const startTimeMs = START_MS + 1_000 * second
  return { code: 'ecg', unit: 'mV', startTimeMs, sampleRateHz: 250, scale: 0.01, offset: 0, validity: 'valid', samples }
}
