import { NUMERICS, type Signals } from '../reading.ts'
import { type Validity, VALIDITY_VALUES } from '../records.ts'

/** The life-threatening arrhythmias of PhysioNet/CinC 2015, in the order of its tensor; models/training/alarm_truth/records.py has the same. */
export const ALARM_KINDS = [
  'asystole',
  'extreme_bradycardia',
  'extreme_tachycardia',
  'ventricular_tachycardia',
  'ventricular_flutter_or_fibrillation',
] as const
export type AlarmKind = (typeof ALARM_KINDS)[number]

/** Its definitions, /min: below for five beats, above for seventeen. A monitor's numeric is a mean over beats already, so one is enough. */
const LOWEST_PER_MIN = 40
const HIGHEST_PER_MIN = 140

/** A rate that its monitor doubts may well raise an alarm, and whether that is true is what is asked. */
const USABLE = new Set(['valid', 'questionable'].map((validity) => VALIDITY_VALUES.indexOf(validity as Validity)))

/**
 * Which alarm a monitor would raise for the heart rate of a window; null: none. Of several the most urgent: models know one alarm at a time.
 * Only the ECG's rate counts, for a pulse oximeter's says nothing of rhythm. Ventricular tachycardia, flutter and fibrillation are seen in
 * the waveform alone, so they are never named here.
 */
export function alarmKind({ numerics }: Signals): AlarmKind | null {
  const column = numerics.get('hr')
  if (column === undefined) return null
  const [least, most] = NUMERICS.hr.plausible
  const rates = column.values.filter(
    (rate, row) => USABLE.has(column.validities[row] ?? NaN) && rate >= least && rate <= most,
  )
  if (rates.includes(0)) return 'asystole'
  if (rates.some((rate) => rate < LOWEST_PER_MIN)) return 'extreme_bradycardia'
  if (rates.some((rate) => rate > HIGHEST_PER_MIN)) return 'extreme_tachycardia'
  return null
}

/** [5]: 1 for the kind, 0 for the others; null: no alarm is to be judged. */
export function alarmTensor(signals: Signals): Float32Array | null {
  const kind = alarmKind(signals)
  return kind === null ? null : Float32Array.from(ALARM_KINDS, (one) => Number(one === kind))
}
