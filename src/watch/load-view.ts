import { LOAD_SPAN_MS, LOAD_STEP_MS, type NurseLoad } from './alarm-load.ts'
import { noisyLimit, type NoisyLimit } from './limit-suggestion.ts'
import { type Person, seesUnit } from './person.ts'
import { Sight } from './sight.ts'
import type { Ward } from './ward.ts'

/** How much the alarms of a ward, or of a unit, ask of its nurses. */
export interface LoadView {
  asOfMs: number
  /** Append time of the oldest that was read: a log that began later than two hours ago says less. */
  readSinceMs: number
  /** False while the log is still being read, or cannot be: then there may be more than this. */
  whole: boolean
  spanMs: number
  stepMs: number
  /** Most alarms first; who had none is not here. */
  nurses: NurseLoad[]
  /** Of each bed the limit that called most often, most often first. */
  limits: NoisyLimit[]
}

/** As one person sees it: of the own units, and of one of them where that is asked for. */
export function loadView(
  ward: Ward,
  person: Person,
  unitId: string | undefined,
  nowMs: number,
  whole: boolean,
): LoadView {
  const sight = new Sight(ward, person)
  const readSinceMs = Math.min(ward.readSinceMs ?? nowMs, nowMs)
  // A nurse's alarms are of the unit in which they were; a bed's are where the patient is now.
  const counts = (unit: string): boolean => seesUnit(person, unit) && (unitId === undefined || unit === unitId)
  const limits = ward.beds
    .views(unitId)
    .filter((bed) => sight.unit(bed.unitId))
    .flatMap((bed) => noisyLimit(ward.noise, bed, nowMs, readSinceMs) ?? [])
    .sort((a, b) => b.raised - a.raised)
  const nurses = ward.load.loads(nowMs, readSinceMs, counts)
  return { asOfMs: nowMs, readSinceMs, whole, spanMs: LOAD_SPAN_MS, stepMs: LOAD_STEP_MS, nurses, limits }
}
