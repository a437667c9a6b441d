import type {
  Numeric,
  NumericCode,
  PatientContext,
  PatientWindow,
  PcgChunk,
  SourceState,
  VideoFrame,
  VitalsReading,
} from '../../src/reading.ts'
import { noHistory, readingsOf } from '../support/window-readings.ts'

/** Times of a test window. */
export const START_MS = 1_700_000_000_000
const HEADER = {
  patientId: 'p-1',
  deviceId: 'd-1',
  clockOffsetMs: 0,
  generationMode: 'test',
  heartbeat: false,
} as const

type Changes = Partial<Omit<PatientWindow, 'readings'>> & Parameters<typeof readingsOf>[0]

export function windowOf({ vitals, pcg, video, ...changes }: Changes = {}): PatientWindow {
  return {
    patientId: 'p-1',
    startMs: START_MS,
    endMs: START_MS + 10_000,
    readings: readingsOf({ vitals, pcg, video }),
    context: null,
    history: noHistory(),
    sources: [],
    ...changes,
  }
}

export function numeric(code: NumericCode, value: number | null, changes: Partial<Numeric> = {}): Numeric {
  return { code, value, unit: '', validity: value === null ? 'not_available' : 'valid', ...changes }
}

export function vitals(numerics: readonly Numeric[], second = 0): VitalsReading {
  const timeMs = START_MS + second * 1_000
  const times = { eventTimeMs: timeMs, deviceTimeMs: timeMs }
  return { ...HEADER, ...times, feedId: 'monitor', sequence: second, numerics: [...numerics], waveforms: [] }
}

/** NEWS2 of 0 on air, alert. */
export const HEALTHY: readonly Numeric[] = [
  numeric('rr', 16),
  numeric('spo2', 97),
  numeric('abp_sys', 120),
  numeric('hr', 70),
  numeric('temp', 37),
]

export function context(changes: Partial<PatientContext> = {}): PatientContext {
  return {
    patientId: 'p-1',
    unitId: 'u',
    bedId: 'b',
    effectiveTimeMs: 0,
    ageBand: '60-69',
    sex: 'female',
    diagnosis: '',
    notes: [],
    labs: [],
    consciousness: 'alert',
    supplementalOxygen: false,
    hypercapnicTarget: false,
    deviceIds: [],
    generationMode: 'test',
    ...changes,
  }
}

export function source(changes: Partial<SourceState> = {}): SourceState {
  return { modality: 'pcg', feedId: 'f', state: 'live', readings: 0, lastEventTimeMs: START_MS, ...changes }
}

export function frame(): VideoFrame {
  const times = { eventTimeMs: START_MS, deviceTimeMs: START_MS }
  return { ...HEADER, ...times, feedId: 'scope', sequence: 0, widthPx: 1, heightPx: 1, jpeg: Buffer.alloc(1) }
}

/** S1 and S2 at 75 beats a minute; seconds since the window's start, -1..1. */
export function beats(second: number): number {
  const sinceS1 = second % 0.8
  const sinceS2 = (second + 0.5) % 0.8
  return (
    0.5 * Math.exp(-sinceS1 / 0.03) * Math.sin(2 * Math.PI * 45 * sinceS1) +
    0.3 * Math.exp(-sinceS2 / 0.03) * Math.sin(2 * Math.PI * 60 * sinceS2)
  )
}

export function chunk(
  second: number,
  changes: Partial<PcgChunk> & { sound?: (second: number) => number } = {},
): PcgChunk {
  const { sound = beats, ...rest } = changes
  const sampleRateHz = rest.sampleRateHz ?? 2_000
  const samples = Buffer.alloc(2 * sampleRateHz)
  for (let index = 0; index < sampleRateHz; index++) {
    const value = Math.round(sound(second + index / sampleRateHz) * 32_767)
    samples.writeInt16LE(Math.max(-32_768, Math.min(32_767, value)), index * 2)
  }
  const timeMs = START_MS + second * 1_000
  return {
    ...HEADER,
    eventTimeMs: timeMs,
    deviceTimeMs: timeMs,
    feedId: 'stethoscope',
    sequence: second,
    site: 'mitral',
    sampleRateHz,
    encoding: 'pcm_s16le',
    sampleCount: sampleRateHz,
    samples,
    ...rest,
  }
}

export function chunks(
  seconds: number,
  changes: Partial<PcgChunk> & { sound?: (second: number) => number } = {},
): PcgChunk[] {
  return Array.from({ length: seconds }, (_, second) => chunk(second, changes))
}
