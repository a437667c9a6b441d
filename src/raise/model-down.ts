import type { Prediction } from '../records.ts'
import { waitOn } from './alarm-delay.ts'
import type { BedAlarms } from './bed-alarms.ts'
import { absentCondition } from './patient-state.ts'
import { sight } from './sighting.ts'

const CONDITION = 'technical:model_down'
/** A model that is replaced answers again within a window or two. */
const WINDOWS = 3

/** Three windows in a row whose answer lacks a model for a reason of the model's own (MODEL_...). Low: limits still alarm. */
export function checkModel(bed: BedAlarms, prediction: Prediction, appendTimeMs: number): void {
  const { windowStartMs, windowEndMs, missing, rung } = prediction
  const failures = missing.filter(({ reason }) => reason.startsWith('MODEL_'))
  const known = bed.condition(CONDITION)
  if (failures.length === 0 && known === undefined) return
  const before = known ?? absentCondition(CONDITION, 'technical', 'low')
  const down = failures.length > 0
  const delayMs = (WINDOWS - 1) * (windowEndMs - windowStartMs)
  const { waiting, beganMs } = waitOn(before, down ? 'outside' : 'inside', windowStartMs, { delayMs, clearDelayMs: 0 })
  bed.put({ ...waiting, present: before.present && waiting.present })
  const codes = [...new Set(failures.map(({ reason }) => reason))].join(', ')
  const text = down ? `model does not answer (${codes}); what is left is ${rung}` : 'model answers again'
  sight(bed, {
    condition: CONDITION,
    kind: 'technical',
    priority: waiting.present ? 'low' : null,
    sinceMs: beganMs ?? windowStartMs,
    atMs: windowEndMs,
    appendTimeMs,
    reasons: () => [{ code: failures[0]?.reason ?? 'model', text, value: null, limit: null, unit: '' }],
    missing: missing.map(({ input, reason }) => `${input}: ${reason}`),
    windowStartMs,
    predictionId: prediction.id,
  })
}
