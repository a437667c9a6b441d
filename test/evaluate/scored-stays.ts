import type { HourScores } from './sepsis-hours.ts'
import type { SepsisStay } from './sepsis-stays.ts'
import { hourUtilities } from './sepsis-utility.ts'
import { StayRanking } from './stay-ranking.ts'

interface StaySums {
  hours: number
  alarmedHours: number
  /** what its alarms and silences are worth; what silence alone, and whoever knows the onset, would be */
  worth: number
  silent: number
  best: number
  squaredError: number
  isSeptic: boolean
}

/** How often each stay counts; once each, or as it was drawn. */
export type Times = ArrayLike<number>

/** Stays with what a model said of their hours, reduced to sums by stay, so that a measure of drawn stays costs little. */
export class ScoredStays {
  readonly stays: readonly SepsisStay[]
  readonly once: Times
  readonly labels: boolean[] = []
  readonly probabilities: Float32Array
  readonly septic: number
  readonly #sums: readonly StaySums[]
  readonly #ranking: StayRanking

  /** `first` is where the hours of each of these stays begin in the scores. */
  constructor(stays: readonly SepsisStay[], first: readonly number[], scores: HourScores) {
    this.stays = stays
    this.once = new Uint8Array(stays.length).fill(1)
    this.#sums = stays.map(({ labels }, index) => sumsOf(labels, first[index] ?? NaN, scores))
    this.septic = this.#sums.filter(({ isSeptic }) => isSeptic).length
    const hours = this.#sums.reduce((sum, { hours }) => sum + hours, 0)
    this.probabilities = new Float32Array(hours)
    const stayOfHour = new Int32Array(hours)
    stays.forEach(({ labels }, index) => {
      const from = first[index] ?? NaN
      this.probabilities.set(scores.probabilities.subarray(from, from + labels.length), this.labels.length)
      stayOfHour.fill(index, this.labels.length, this.labels.length + labels.length)
      for (const label of labels) this.labels.push(label)
    })
    this.#ranking = new StayRanking(this.probabilities, this.labels, stayOfHour)
  }

  auroc(times: Times): number {
    return this.#ranking.of(times).auroc
  }

  auprc(times: Times): number {
    return this.#ranking.of(times).auprc
  }

  /** 1: whoever knows the onset; 0: nobody who says anything. */
  utility(times: Times): number {
    const silent = this.#sum(times, ({ silent }) => silent)
    return (this.#sum(times, ({ worth }) => worth) - silent) / (this.#sum(times, ({ best }) => best) - silent)
  }

  brier(times: Times): number {
    return this.#sum(times, ({ squaredError }) => squaredError) / this.#sum(times, ({ hours }) => hours)
  }

  /** Of the stays with sepsis, or of those without, the share that has an alarm at any hour. */
  alarmedShare(isSeptic: boolean): (times: Times) => number {
    const of = (stay: StaySums): number => Number(stay.isSeptic === isSeptic)
    return (times) => this.#sum(times, (stay) => of(stay) * Number(stay.alarmedHours > 0)) / this.#sum(times, of)
  }

  alarmedHoursPerDay(times: Times): number {
    return (24 * this.#sum(times, ({ alarmedHours }) => alarmedHours)) / this.#sum(times, ({ hours }) => hours)
  }

  #sum(times: Times, of: (stay: StaySums) => number): number {
    return this.#sums.reduce((sum, stay, index) => sum + (times[index] ?? 0) * of(stay), 0)
  }
}

function sumsOf(labels: readonly boolean[], first: number, { probabilities, isAlarm }: HourScores): StaySums {
  const sums = { hours: labels.length, alarmedHours: 0, worth: 0, silent: 0, best: 0, squaredError: 0 }
  hourUtilities(labels).forEach(({ alarm, silence, best }, hour) => {
    const alarmed = isAlarm[first + hour] ?? 0
    sums.alarmedHours += alarmed
    sums.worth += alarmed === 1 ? alarm : silence
    sums.silent += silence
    sums.best += best
    sums.squaredError += ((probabilities[first + hour] ?? NaN) - Number(labels[hour])) ** 2
  })
  return { ...sums, isSeptic: labels.includes(true) }
}
