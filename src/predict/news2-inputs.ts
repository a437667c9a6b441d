import { hasInvalid, measuredIn, type Measured, type VitalSign } from '../join/vital-signs.ts'
import type { Missing, NumericCode, PatientWindow } from '../reading.ts'
import { absence, missing, type MissingReason } from './missing.ts'
import type { News2Inputs, News2Parameter } from './news2.ts'

export type Measurement = Measured | { reason: MissingReason }

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
  const value = (parameter: VitalSign & News2Parameter): number | null => {
    const found = measurement(window, parameter)
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

function measurement(window: PatientWindow, sign: VitalSign): Measurement {
  const { signals, counts } = window.readings
  const measured = measuredIn(signals, sign)
  if (measured !== null) return measured
  if (counts.vitals === 0) return { reason: absence(window, 'vitals') }
  return { reason: hasInvalid(signals, sign) ? 'invalid' : 'not_measured' }
}
