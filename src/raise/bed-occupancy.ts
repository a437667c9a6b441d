import type { PatientContext } from '../records.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { HYPERCAPNIC_LIMIT } from './default-limits.ts'

/** Where the patient lies, and the SpO2 target somebody chose for them; a limit that was set for the patient stays. */
export function occupy(bed: BedAlarms, { unitId, bedId, generationMode, hypercapnicTarget }: PatientContext): void {
  // Who goes to another unit leaves the one who looked after them behind.
  if (bed.state.unitId !== '' && bed.state.unitId !== unitId) bed.state.assignment = null
  Object.assign(bed.state, { unitId, bedId, generationMode })
  const { code, priority, low } = HYPERCAPNIC_LIMIT
  const own = bed.state.limits.find((limit) => limit.code === code && limit.priority === priority)
  if (hypercapnicTarget && own === undefined) bed.state.limits = [...bed.state.limits, HYPERCAPNIC_LIMIT]
  if (hypercapnicTarget || own?.low !== low) return
  bed.state.limits = bed.state.limits.filter((limit) => limit !== own)
  bed.state.limitChanges = bed.state.limitChanges.filter((one) => one.code !== code || one.priority !== priority)
}

/**
 * The patient left: what stands is cleared by whoever discharged them, and nothing is waited for. The state itself
 * stays, so that no reading that is read again raises anything twice and the bed's sequence goes on.
 */
export function vacate(bed: BedAlarms, atMs: number): void {
  for (const alert of bed.standing()) {
    const reasons = [{ code: 'discharged', text: 'patient left the bed', value: null, limit: null, unit: '' }]
    bed.emit({ ...alert, present: false, presence: 'off', absentSinceMs: atMs, reasons }, 'cleared', atMs)
  }
  for (const condition of bed.conditions()) {
    if (condition.alertId === null) bed.remove(condition.condition)
    else bed.put({ ...condition, pendingSinceMs: null, absentSinceMs: null })
  }
  Object.assign(bed.state, { feeds: {}, limits: [], limitChanges: [], audioPausedUntilMs: null, assignment: null })
}
