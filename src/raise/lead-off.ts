import type { Priority, Reason, VitalsReading } from '../records.ts'
import { NUMERICS, WAVEFORMS } from '../reading.ts'
import { waitOn } from './alarm-delay.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { isNumericCode } from './limit-band.ts'
import { measuredOf } from './measured.ts'
import { absentCondition } from './patient-state.ts'
import { sight } from './sighting.ts'

/** Leads lose contact for moments whenever a patient turns. */
const DELAY_MS = 10_000
/** Numerics that monitors send about every second, some once a minute; the others come when they are measured. */
const CONTINUOUS: ReadonlySet<string> = new Set(['hr', 'spo2', 'rr', 'abp_mean'])
const MISSING_AFTER_MS = 150_000
/** Without these nobody would see the patient get worse. */
const MEDIUM: ReadonlySet<string> = new Set(['hr', 'ecg', 'spo2', 'pleth', 'abp', 'abp_mean'])

/** When both are gone the second speaks for the first: one lead that fell off is one alert. */
const SPEAKS_FOR: Readonly<Record<string, string>> = {
  hr: 'ecg',
  pleth: 'spo2',
  pr: 'spo2',
  abp_sys: 'abp_mean',
  abp_dia: 'abp_mean',
  abp: 'abp_mean',
  nbp_sys: 'nbp_mean',
  nbp_dia: 'nbp_mean',
  resp: 'rr',
}

/**
 * Raises what was measured before and is not any more: its validity says so, or it stays away from the records. The
 * entry of a code begins with its first good value; `absentSinceMs` is when the newest was measured.
 */
export function checkLeads(bed: BedAlarms, reading: VitalsReading, atMs: number, appendTimeMs: number): void {
  const good = measuredCodes(reading)
  for (const code of good) {
    const name = leadCondition(code)
    const entry = bed.condition(name) ?? absentCondition(name, 'technical', priorityOf(code))
    bed.put({ ...entry, present: false, pendingSinceMs: null })
    look(bed, code, null, atMs, appendTimeMs)
    const settled = bed.condition(name) ?? entry
    bed.put({ ...settled, absentSinceMs: atMs })
  }
  const bad = lostCodes(bed, reading, good, atMs)
  for (const code of bad) {
    const speaker = SPEAKS_FOR[code]
    if (speaker === undefined || !bad.has(speaker)) wait(bed, code, atMs, appendTimeMs)
  }
}

function wait(bed: BedAlarms, code: string, atMs: number, appendTimeMs: number): void {
  const entry =
    bed.condition(leadCondition(code)) ?? absentCondition(leadCondition(code), 'technical', priorityOf(code))
  if (entry.presence !== 'off') return
  const { waiting, beganMs } = waitOn(entry, 'outside', atMs, { delayMs: DELAY_MS, clearDelayMs: 0 })
  bed.put({ ...waiting, present: false })
  if (beganMs !== null) look(bed, code, beganMs, atMs, appendTimeMs)
}

function look(bed: BedAlarms, code: string, sinceMs: number | null, atMs: number, appendTimeMs: number): void {
  const { label, unit } = kindOf(code)
  const reasons = (): Reason[] => {
    const gone = sinceMs === null ? 'measured again' : `not measured for ${Math.round((atMs - sinceMs) / 1_000)} s`
    return [{ code, text: `${label} ${gone}`, value: null, limit: null, unit }]
  }
  sight(bed, {
    condition: leadCondition(code),
    kind: 'technical',
    priority: sinceMs === null ? null : priorityOf(code),
    sinceMs: sinceMs ?? atMs,
    atMs,
    appendTimeMs,
    reasons,
  })
}

function measuredCodes({ numerics, waveforms }: VitalsReading): Set<string> {
  const codes = new Set<string>()
  for (const numeric of numerics)
    if (isNumericCode(numeric.code) && measuredOf(numeric.code, numeric) !== null) codes.add(numeric.code)
  for (const { code, validity } of waveforms)
    if (Object.hasOwn(WAVEFORMS, code) && (validity === 'valid' || validity === 'questionable')) codes.add(code)
  return codes
}

/** Known codes the record has without a measurement or, of those sent all the time, has not had for long. */
function lostCodes(
  bed: BedAlarms,
  { numerics, waveforms }: VitalsReading,
  good: Set<string>,
  atMs: number,
): Set<string> {
  const lost = new Set<string>()
  for (const { code, value, unit } of numerics) {
    if (!isNumericCode(code) || good.has(code)) continue
    // A value in a unit the limits are not in has never been watched, and that must not be quiet.
    const unreadable = value !== null && unit !== '' && unit !== NUMERICS[code].unit
    if (unreadable || wasMeasured(bed, code)) lost.add(code)
  }
  for (const { code } of waveforms) if (!good.has(code) && wasMeasured(bed, code)) lost.add(code)
  for (const code of CONTINUOUS) {
    const lastMs = bed.condition(leadCondition(code))?.absentSinceMs ?? null
    if (!good.has(code) && lastMs !== null && atMs - lastMs > MISSING_AFTER_MS) lost.add(code)
  }
  return lost
}

function wasMeasured(bed: BedAlarms, code: string): boolean {
  return bed.condition(leadCondition(code)) !== undefined
}

function leadCondition(code: string): string {
  return `technical:lead_off:${code}`
}

function priorityOf(code: string): Priority {
  return MEDIUM.has(code) ? 'medium' : 'low'
}

function kindOf(code: string): { label: string; unit: string } {
  if (isNumericCode(code)) return NUMERICS[code]
  return Object.entries(WAVEFORMS).find(([name]) => name === code)?.[1] ?? { label: code, unit: '' }
}
