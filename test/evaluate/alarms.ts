import { join } from 'node:path'
import { tensor, type Tensors } from '../../src/predict/tensor.ts'
import {
  placedWaveforms,
  STRETCH_PLACES,
  STRETCH_RATE_HZ,
  STRETCH_SAMPLES,
  STRETCH_SECONDS,
  type PlacedWaveforms,
} from '../../src/predict/waveform-stretch.ts'
import { auroc } from '../../src/tune/auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { alarmScore, type Decisions, decisionsOf, sensitivity, specificity } from './decisions.ts'
import type { Evaluation, EvaluationData, FigureRow } from './evaluation.ts'
import { intervalOf } from './interval.ts'
import { readPackedWaveforms } from './packed-waveforms.ts'
import { readTable } from './table-file.ts'

export const ALARM_TRUTH = 'alarm-truth'
/** As the model's `alarm` input has them. */
const KINDS = ['Asystole', 'Bradycardia', 'Tachycardia', 'Ventricular_Tachycardia', 'Ventricular_Flutter_Fib'] as const
/** The card's multiplier: an alarm counts as true where its probability times this is above that of being false. */
const MULTIPLIER = 4.4
const [ECG_1, ECG_2, ABP, PLETH] = STRETCH_PLACES.map((_, place) => place) as [number, number, number, number]

/** As if channels had not been there. */
const LACKING: readonly { group: string; without: readonly number[] }[] = [
  { group: 'ECG only', without: [ABP, PLETH] },
  { group: 'no ABP', without: [ABP] },
  { group: 'no pleth', without: [PLETH] },
  { group: 'one ECG lead', without: [ECG_2] },
  { group: 'one ECG lead only', without: [ECG_2, ABP, PLETH] },
  { group: 'no ECG', without: [ECG_1, ECG_2] },
]

/** As if the monitor had just been connected, and what a window at the bedside holds. */
const NEWEST = [
  { group: 'last 20 s only', seconds: 20 },
  { group: 'last 10 s only', seconds: 10 },
]

/** The model, and the smaller one that reads no more than the last 20 s. */
const [WHOLE, COMPACT] = ['model', 'compact'] as const
type Size = typeof WHOLE | typeof COMPACT

export interface Alarm {
  record: string
  kind: string
  isTrue: boolean
  placed: PlacedWaveforms
}

export interface Judged {
  alarm: Alarm
  probability: number
}

/** PhysioNet/CinC 2015: is the alarm true, from the minute before it, which is what the packed records hold. */
export const alarms: Evaluation = {
  name: 'arrhythmia-alarms',
  async run(data, say) {
    const read = await readAlarms(join(data.folder, 'vitals', 'cinc2015_false_alarm'))
    if (read.length === 0) return []
    say(`${read.length} alarms`)
    const judged = await judge(data, read)
    const rows = [...figures(judged, 'all', true)]
    for (const kind of KINDS)
      rows.push(
        ...figures(
          judged.filter(({ alarm }) => alarm.kind === kind),
          named(kind),
          false,
        ),
      )
    for (const { group, without } of LACKING) {
      say(group)
      const some = read.map((alarm) => ({ ...alarm, placed: lacking(alarm.placed, without) }))
      rows.push(...figures(await judge(data, some), group, false))
    }
    for (const { group, seconds } of NEWEST) {
      say(group)
      const short = read.map((alarm) => ({ ...alarm, placed: newest(alarm.placed, seconds) }))
      rows.push(...figures(await judge(data, short), group, false))
      rows.push(...figures(await judge(data, short, COMPACT), `compact, ${group}`, false))
    }
    return rows
  },
}

export async function readAlarms(folder: string): Promise<Alarm[]> {
  const rows = await readTable(join(folder, 'records.csv')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const read: Alarm[] = []
  for (const row of rows) read.push(await readAlarm(folder, row))
  return read
}

/** The alarm of a row of records.csv, with the minute that ends with it. */
export async function readAlarm(folder: string, row: Readonly<Record<string, string>>): Promise<Alarm> {
  const { record = '', alarm_type: kind = '', true_alarm: isTrue } = row
  const channels = await readPackedWaveforms(join(folder, 'win60', record))
  const stretches = channels.map((channel) => ({ ...channel, startMs: 0 }))
  return { record, kind, isTrue: isTrue === '1', placed: placedWaveforms(stretches, STRETCH_SECONDS * 1_000) }
}

/** One at a time, as at the bedside. */
export async function judge(
  { models, isDev }: EvaluationData,
  some: readonly Alarm[],
  size: Size = WHOLE,
): Promise<Judged[]> {
  const judged: Judged[] = []
  for (const alarm of some) {
    const answer = await models.run(ALARM_TRUTH, models.fileFor(alarm.record, isDev, size), alarmInputs(alarm))
    judged.push({ alarm, probability: answer['probabilities']?.data[0] ?? NaN })
  }
  return judged
}

export function alarmInputs({ kind, placed: { waveforms, mask } }: Alarm): Tensors {
  const shape = [1, STRETCH_PLACES.length, STRETCH_SAMPLES]
  return {
    waveforms: tensor(shape, waveforms),
    waveforms_mask: tensor(shape, mask),
    alarm: tensor(
      [1, KINDS.length],
      Float32Array.from(KINDS, (each) => Number(each === kind)),
    ),
  }
}

function lacking({ waveforms, mask }: PlacedWaveforms, without: readonly number[]): PlacedWaveforms {
  const [waves, there] = [waveforms.slice(), mask.slice()]
  for (const place of without)
    for (const values of [waves, there]) values.fill(0, place * STRETCH_SAMPLES, (place + 1) * STRETCH_SAMPLES)
  return { waveforms: waves, mask: there }
}

/** As `placedWaveforms` fills what was not measured before: with the first value that was. */
export function newest({ waveforms, mask }: PlacedWaveforms, seconds: number): PlacedWaveforms {
  const [waves, there] = [waveforms.slice(), mask.slice()]
  for (let place = 0; place < STRETCH_PLACES.length; place++) {
    const start = place * STRETCH_SAMPLES
    const first = (place + 1) * STRETCH_SAMPLES - seconds * STRETCH_RATE_HZ
    waves.fill(waves[first] ?? 0, start, first)
    there.fill(0, start, first)
  }
  return { waveforms: waves, mask: there }
}

function figures(judged: readonly Judged[], group: string, isWhole: boolean): FigureRow[] {
  const isTrue = judged.map(({ alarm }) => alarm.isTrue)
  const probabilities = judged.map(({ probability }) => probability)
  const isCalled = probabilities.map((probability) => probability * MULTIPLIER > 1 - probability)
  const decided =
    (of: (decisions: Decisions) => number) =>
    (indices: readonly number[]): number =>
      of(decisionsOf(pick(isTrue, indices), pick(isCalled, indices)))
  const row = (measure: string, of: (indices: readonly number[]) => number, key: string | null = null): FigureRow => {
    const { low95, high95 } = intervalOf(
      judged.map(({ alarm }) => alarm.record),
      of,
    )
    const value = of(judged.map((_, index) => index))
    const interval95 = Number.isFinite(low95) ? ([low95, high95] as const) : null
    return { model: ALARM_TRUTH, measure, group, key, figure: { value, interval95, n: judged.length }, simple: null }
  }
  const rows = [
    row('challenge score', decided(alarmScore), isWhole ? 'cinc2015.score' : null),
    row(
      'AUROC',
      (indices) => auroc(pick(isTrue, indices), pick(probabilities, indices)),
      isWhole ? 'cinc2015.auroc' : null,
    ),
    row('sensitivity', decided(sensitivity)),
    row('specificity', decided(specificity)),
    row('Brier score', (indices) => brierScore(pick(isTrue, indices), pick(probabilities, indices))),
    row('calibration error', (indices) => calibrationError(pick(isTrue, indices), pick(probabilities, indices))),
  ]
  return rows.filter(({ figure }) => Number.isFinite(figure.value))
}

function named(kind: string): string {
  return kind.replaceAll('_', ' ').toLowerCase()
}

function pick<T>(values: readonly T[], indices: readonly number[]): T[] {
  return indices.map((index) => values[index] as T)
}
