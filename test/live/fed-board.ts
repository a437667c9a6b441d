import { SystemClock, type Timer } from '../../src/clock.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { Alert, Numeric, Prediction, VitalsReading } from '../../src/records.ts'
import { alert, alertState, context, prediction, vitals } from '../watch/ward-records.ts'
import { openWard, type WardUnderTest } from '../watch/ward-under-test.ts'

export const clock = new SystemClock()
const RATE_HZ = 250
const NUMERIC_UNITS = {
  hr: '/min',
  spo2: '%',
  abp_sys: 'mmHg',
  abp_dia: 'mmHg',
  abp_mean: 'mmHg',
  rr: '/min',
  temp: 'C',
}

/** The widest that a tile must show: three digits wherever the numeric can have them. */
export const WIDEST = { hr: 188, spo2: 100, abp_sys: 188, abp_dia: 122, abp_mean: 150, rr: 145, temp: 40.5 }
export const CALM = { hr: 72, spo2: 97, abp_sys: 121, abp_dia: 74, abp_mean: 90, rr: 14, temp: 36.8 }
export type Numbers = typeof CALM

export const patientOf = (bed: number): string => `p${bed}`

/** A real watch stage with beds that a test feeds: what they measure, what is raised there and what was concluded. */
export interface FedBoard {
  ward: WardUnderTest
  /** Beds that are not fed are silent. */
  silent: Set<number>
  numbers: Map<number, Numbers>
  /** How old readings are when they come. */
  lagMs: number
  raise(bed: number, sequence: number, changes?: Partial<Alert>): Promise<void>
  predict(bed: number, changes?: Partial<Prediction>): Promise<void>
  /** Who looks after the patient from now on. */
  assign(bed: number, userId: string): Promise<void>
  close(): Promise<void>
}

export async function openFedBoard(beds: number, everyMs = 1_000): Promise<FedBoard> {
  const ward = await openWard()
  const numbers = new Map<number, Numbers>()
  const silent = new Set<number>()
  const all = Array.from({ length: beds }, (_, index) => index + 1)
  await ward.log.append(
    all.flatMap((bed) => [outbound('patient-context', occupant(bed)), outbound('alert-state', limits(bed))]),
  )
  const feed = (): void => {
    const fed = all.filter((bed) => !silent.has(bed))
    void ward.log.append(fed.map((bed) => outbound('vitals', second(bed, numbers.get(bed) ?? CALM, board.lagMs))))
  }
  const board: FedBoard = {
    ...{ ward, silent, numbers, lagMs: 0 },
    raise: async (bed, sequence, changes = {}) => {
      const { condition = 'limit:spo2:low' } = changes
      const raised = alert(`a${bed}-${condition}`, sequence, { ...place(bed), onsetTimeMs: clock.nowMs(), ...changes })
      await ward.log.append([outbound('alerts', raised)])
    },
    predict: async (bed, changes = {}) => {
      const startMs = Math.floor(clock.nowMs() / 10_000) * 10_000 - 10_000
      const made = prediction(startMs, { patientId: patientOf(bed), id: `w${bed}-${startMs}`, ...changes })
      await ward.log.append([outbound('predictions', made)])
    },
    assign: async (bed, userId) => {
      const assignment = { userId, byUserId: userId, atMs: clock.nowMs() }
      await ward.log.append([outbound('alert-state', { ...limits(bed), assignment })])
    },
    close: async () => {
      timer.cancel()
      await ward.close()
    },
  }
  feed()
  const timer: Timer = clock.every(everyMs, feed)
  return board
}

const place = (bed: number) => ({ patientId: patientOf(bed), unitId: 'icu', bedId: `Bed ${bed}` })

function occupant(bed: number) {
  return context({
    ...place(bed),
    diagnosis: 'aortic stenosis, before valve replacement',
    deviceIds: [`monitor-${bed}`],
  })
}

function limits(bed: number) {
  const hr = { code: 'hr', low: 100, high: 188, priority: 'medium' as const, conditionDelayMs: 0 }
  return alertState({
    ...place(bed),
    limits: [hr, { ...hr, code: 'abp_mean', high: 140 }, { ...hr, code: 'rr', high: 140 }],
  })
}

/** A second of a bed's monitor. */
function second(bed: number, numbers: Numbers, lagMs: number): VitalsReading {
  const atMs = clock.nowMs() - lagMs
  const numerics = Object.entries(numbers).map(([code, value]): Numeric => ({
    ...{ code, value, unit: NUMERIC_UNITS[code as keyof Numbers] },
    validity: numbers === WIDEST ? 'questionable' : 'valid',
  }))
  const startMs = atMs - 1_000
  return vitals(atMs, {
    patientId: patientOf(bed),
    feedId: `monitor-${bed}/vitals`,
    deviceId: `monitor-${bed}`,
    sequence: Math.floor(atMs / 1_000),
    numerics,
    waveforms: ['ecg', 'pleth', 'abp', 'resp'].map((code) => stretch(code, startMs, numbers.hr)),
  })
}

/** Something with a beat in it, so that pictures show a trace. */
function stretch(code: string, startTimeMs: number, perMinute: number): VitalsReading['waveforms'][number] {
  const samples = Buffer.alloc(RATE_HZ * 2)
  const beatMs = 60_000 / perMinute
  for (let index = 0; index < RATE_HZ; index++) {
    const phase = ((startTimeMs + (index * 1_000) / RATE_HZ) % beatMs) / beatMs
    const spike = Math.exp(-(((phase - 0.3) * 40) ** 2)) + 0.2 * Math.exp(-(((phase - 0.6) * 12) ** 2))
    const wave = code === 'ecg' ? spike : 0.5 - 0.5 * Math.cos(2 * Math.PI * Math.sqrt(phase))
    samples.writeInt16LE(Math.round(wave * 200), index * 2)
  }
  return { code, startTimeMs, sampleRateHz: RATE_HZ, scale: 0.005, offset: 0, unit: 'mV', validity: 'valid', samples }
}
