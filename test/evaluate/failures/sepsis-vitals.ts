import { join } from 'node:path'
import { scoreHours, VITALS_ONLY } from '../sepsis-hours.ts'
import { readSepsisStays, SEPSIS_COLUMNS, type SepsisStay } from '../sepsis-stays.ts'
import { hourUtilities } from '../sepsis-utility.ts'
import { type Failure, type FailureSearch, worstOf } from './failure.ts'
import { percent } from './heart-sound.ts'
import { stripOf } from './strip.ts'

const MODEL = 'sepsis-vitals'
const SIGNS = ['HR', 'O2Sat', 'Temp', 'SBP', 'Resp'] as const
const LEAST_HOURS = 24
/** Before the label begins, an alarm is worth something already. */
const LEAD_H = 6

interface Scored {
  stay: SepsisStay
  risk: Float32Array
  isAlarm: Uint8Array
}

/** Stays whose sepsis it never saw coming, and stays without sepsis in which it cried wolf. */
export const sepsisFailures: FailureSearch = {
  model: MODEL,
  source:
    'PhysioNet/Computing in Cardiology Challenge 2019, training set B (doi 10.13026/v64v-d857), CC BY 4.0; Reyna M. A. et al., Crit Care Med 48(2):210-217, 2020; Goldberger A. et al., Circulation 101(23):e215-e220, 2000',
  shows: 'the stay drawn hour by hour: what was charted, and the probability that was said each hour',
  async find(data, say) {
    const stays = await readSepsisStays(join(data.folder, 'vitals', 'cinc2019_sepsis'))
    const { probabilities, isAlarm } = await scoreHours(MODEL, VITALS_ONLY, stays, data)
    say(`${stays.length} stays`)
    let first = 0
    const mistakes = stays.flatMap((stay) => {
      const [from, to] = [first, (first += stay.hours.length)]
      const of: Scored = { stay, risk: probabilities.subarray(from, to), isAlarm: isAlarm.subarray(from, to) }
      if (stay.hours.length < LEAST_HOURS) return []
      return [{ kind: stay.labels.includes(true) ? 'missed' : 'invented', badness: badnessOf(of), of }]
    })
    return worstOf(mistakes, 3).map(failureOf)
  },
}

/** Of a stay with sepsis, what its silence lost from when an alarm begins to be worth something; of others, the share of hours with an alarm. */
function badnessOf({ stay, risk, isAlarm }: Scored): number {
  const label = stay.labels.indexOf(true)
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0)
  if (label < 0) return sum(isAlarm) / isAlarm.length + sum(risk) / risk.length / 100
  const from = Math.max(0, label - LEAD_H)
  const lost = hourUtilities(stay.labels).map(({ alarm, silence, best }, hour) =>
    hour < from ? 0 : best - (isAlarm[hour] === 1 ? alarm : silence),
  )
  // Of equals, who was surer counts more.
  return sum(lost) - sum(risk.subarray(from)) / (risk.length - from)
}

function failureOf({ stay, risk, isAlarm }: Scored): Failure {
  const onset = stay.labels.indexOf(true)
  const hours = stay.hours.length
  const alarmed = isAlarm.reduce((sum, alarm) => sum + alarm, 0)
  const column = (name: string): Float32Array =>
    Float32Array.from(stay.hours, (row) => row[SEPSIS_COLUMNS.findIndex((each) => each === name)] ?? NaN)
  const charted = (values: Float32Array): number => values.filter(Number.isFinite).length / values.length
  const lacking = SIGNS.filter((name) => charted(column(name)) < 0.5)
  const most = risk.reduce((a, b) => Math.max(a, b), 0)
  const traces = SIGNS.map((name) => ({ label: name, values: column(name), dots: true }))
  const drawing = stripOf(
    [...traces, { label: 'said', values: risk, range: [0, Math.max(0.2, most)] }],
    `hour 1`,
    `hour ${hours}; probability from 0 to ${percent(Math.max(0.2, most))}`,
    onset < 0 ? [] : [[onset / (hours - 1), 'six hours before the onset of sepsis']],
  )
  const table = [SEPSIS_COLUMNS.join('|'), ...stay.hours.map((row) => [...row].join('|'))].join('\n')
  return {
    record: stay.record,
    truth: onset < 0 ? `${hours} h without sepsis` : `sepsis, labelled from hour ${onset + 1} of ${hours} on`,
    said: `at most ${percent(most)}, alarm in ${alarmed} of ${hours} h`,
    because: [
      ...(lacking.length === 0
        ? ['all five signs are charted in most hours']
        : [`${lacking.join(', ')} charted in less than half of the hours`]),
      ...differs(column('HR'), column('Resp')),
    ],
    drawing,
    original: { kind: 'psv', bytes: Buffer.from(`${table}\n`) },
  }
}

/** A heart or a breath that is fast throughout looks like sepsis, and one that is slow throughout like none. */
function differs(heart: Float32Array, breath: Float32Array): string[] {
  const median = (values: Float32Array): number => {
    const known = values.filter(Number.isFinite).sort()
    return known[known.length >> 1] ?? NaN
  }
  const [rate, breaths] = [median(heart), median(breath)]
  const said = [
    ...(Number.isFinite(rate) ? [`heart rate ${rate}/min`] : []),
    ...(Number.isFinite(breaths) ? [`respiration ${breaths}/min`] : []),
  ]
  return said.length === 0 ? [] : [`medians of the stay: ${said.join(', ')}`]
}
