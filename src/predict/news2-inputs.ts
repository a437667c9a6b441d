import { NUMERICS, type Missing, type NumericCode, type PatientWindow } from '../reading.ts'
import { VALIDITY_VALUES } from '../records.ts'
import { absence, missing, type MissingReason } from './missing.ts'
import type { News2Inputs, News2Parameter } from './news2.ts'

/** What stands for each vital sign, best first: an arterial line before a cuff, the ECG's rate before the pulse oximeter's. */
const CODES_OF = {
  rr: ['rr'],
  spo2: ['spo2'],
  sbp: ['abp_sys', 'nbp_sys'],
  pulse: ['hr', 'pr'],
  temp: ['temp'],
} as const satisfies Partial<Record<News2Parameter, readonly NumericCode[]>>

const VALID = VALIDITY_VALUES.indexOf('valid')
const NOT_AVAILABLE = VALIDITY_VALUES.indexOf('not_available')

export type Measurement = { code: NumericCode; value: number } | { reason: MissingReason }

export interface News2Reading {
  inputs: News2Inputs
  /** Which numeric stood for a vital sign. */
  measured: ReadonlyMap<News2Parameter, { code: NumericCode; value: number }>
  /** By vital sign or assessment, with the reason. */
  missing: readonly Missing[]
}

/** The window's vitals as NEWS2 asks for them: the median of the valid values of each numeric. */
export function news2Inputs(window: PatientWindow): News2Reading {
  const measured = new Map<News2Parameter, { code: NumericCode; value: number }>()
  const lacking: Missing[] = []
  const value = (parameter: keyof typeof CODES_OF): number | null => {
    const found = measurement(window, CODES_OF[parameter])
    if ('reason' in found) {
      lacking.push(missing(parameter, found.reason))
      return null
    }
    measured.set(parameter, found)
    return found.value
  }
  const inputs: News2Inputs = {
    rrPerMin: value('rr'),
    spo2Pct: value('spo2'),
    supplementalOxygen: window.context?.supplementalOxygen ?? null,
    sbpMmHg: value('sbp'),
    pulsePerMin: value('pulse'),
    consciousness: window.context?.consciousness ?? null,
    tempC: value('temp'),
    hypercapnicTarget: window.context?.hypercapnicTarget ?? false,
  }
  if (inputs.supplementalOxygen === null) lacking.push(missing('oxygen', 'not_measured'))
  if (inputs.consciousness === null) lacking.push(missing('consciousness', 'not_measured'))
  return { inputs, measured, missing: lacking }
}

/** NEWS2 is made for 16 years and more; a band that reaches below is not scored. An unknown age is taken as adult. */
export function isNews2Age(ageBand: string): boolean {
  if (/neonat|newborn|infant|child|paed|pediat/i.test(ageBand)) return false
  if (/adolescent|teen/i.test(ageBand)) return false
  if (/\b(day|week|month)s?\b|\d\s*[dwm]\b/i.test(ageBand)) return false
  if (/^\s*(<|under|below)/i.test(ageBand)) return false
  const years = /\d+/.exec(ageBand)
  return years === null || Number(years[0]) >= 16
}

function measurement(window: PatientWindow, codes: readonly NumericCode[]): Measurement {
  let seenInvalid = false
  for (const code of codes) {
    const column = window.readings.signals.numerics.get(code)
    if (column === undefined) continue
    const measured = column.values.filter((value, row) => isMeasurement(code, value, column.validities[row]))
    if (measured.length > 0) return { code, value: median(measured) }
    seenInvalid ||= column.validities.some((validity) => validity !== NOT_AVAILABLE)
  }
  if (window.readings.counts.vitals === 0) return { reason: absence(window, 'vitals') }
  return { reason: seenInvalid ? 'invalid' : 'not_measured' }
}

function isMeasurement(code: NumericCode, value: number, validity: number | undefined): boolean {
  const [low, high] = NUMERICS[code].plausible
  return validity === VALID && value >= low && value <= high
}

function median(values: Float64Array): number {
  const sorted = values.toSorted()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2
}
