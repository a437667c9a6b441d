import type { Course } from './demo-course.ts'
import { mixedSeed, seededRandom } from './seeded-random.ts'

/** One beat; times in seconds from the start of the ward. */
export interface Beat {
  /** Counts the beats; 0 is the first after the start. */
  index: number
  /** The R peak. */
  timeS: number
  /** To the next R peak. */
  intervalS: number
  /** How strong it is, about 1. */
  strength: number
}

const TURN = 2 * Math.PI
/** Mayer waves, which the baroreflex makes near 0.1 Hz, and a slower wander; hertz. */
const MAYER_HZ = 0.095
const WANDER_HZ = 0.013
/** Swing of each in beats of phase: about ±2 /min of heart rate each. */
const MAYER_BEATS = 2 / 60 / (TURN * MAYER_HZ)
const WANDER_BEATS = 2 / 60 / (TURN * WANDER_HZ)
/** Respiratory sinus arrhythmia: the heart is faster while breathing in; ±3 /min at 16 breaths a minute. */
const RSA_BEATS = 3 / (TURN * 16)
/** What is left of heart rate variability, beat by beat. */
const JITTER_S = 0.005
const REMEMBERED_BEATS = 64
const BISECTIONS = 48

/**
 * Heart and breath of one patient. The phase of both is a closed formula of time, so a beat or a breath can be found
 * anywhere without going through those before it. Task Force of ESC and NASPE (1996) for the bands of variability.
 */
export class CardiacCycle {
  readonly #heartRate: Course
  readonly #breathRate: Course
  readonly #seed: number
  readonly #periodS: number
  readonly #mayerPhase: number
  readonly #wanderPhase: number
  readonly #remembered = new Map<number, Beat>()

  /** `heartRate` and `breathRate` in 1/min; both begin anew every `periodS`. */
  constructor(heartRate: Course, breathRate: Course, periodS: number, seed: number) {
    const random = seededRandom(seed)
    this.#heartRate = heartRate
    this.#breathRate = breathRate
    this.#periodS = periodS
    this.#seed = seed
    this.#mayerPhase = random() * TURN
    this.#wanderPhase = random() * TURN
  }

  /** Breaths since the start; its fraction is 0 where breathing in begins. */
  breathsAt(timeS: number): number {
    return this.#breathRate.integralTo(timeS) / 60 + 0.04 * Math.sin(TURN * 0.021 * timeS + this.#wanderPhase)
  }

  /** Chest expansion, -1 (empty) to 1 (full); breathing in takes the shorter part. */
  chestAt(timeS: number): number {
    const turn = TURN * this.breathsAt(timeS)
    return -Math.cos(turn + 0.4 * Math.sin(turn))
  }

  /** Beats since the start; a beat is where it passes a whole number. */
  beatsAt(timeS: number): number {
    return (
      this.#heartRate.integralTo(timeS) / 60 +
      RSA_BEATS * -Math.cos(TURN * this.breathsAt(timeS)) +
      MAYER_BEATS * Math.sin(TURN * MAYER_HZ * timeS + this.#mayerPhase) +
      WANDER_BEATS * Math.sin(TURN * WANDER_HZ * timeS + this.#wanderPhase)
    )
  }

  /** Mean heart rate in 1/min over the `overS` before `timeS`, as a monitor counts it. */
  heartRateAt(timeS: number, overS = 8): number {
    return ((this.beatsAt(timeS) - this.beatsAt(timeS - overS)) * 60) / overS
  }

  /** Mean breath rate in 1/min over the `overS` before `timeS`. */
  breathRateAt(timeS: number, overS = 20): number {
    return ((this.breathsAt(timeS) - this.breathsAt(timeS - overS)) * 60) / overS
  }

  /** The beats whose R peak lies in `[fromS, toS)`, in order. */
  beats(fromS: number, toS: number): Beat[] {
    const beats: Beat[] = []
    const last = Math.ceil(this.beatsAt(toS)) + 1
    for (let index = Math.floor(this.beatsAt(fromS)) - 1; index <= last; index++) {
      const beat = this.#beat(index)
      if (beat.timeS >= fromS && beat.timeS < toS) beats.push(beat)
    }
    return beats
  }

  #beat(index: number): Beat {
    const known = this.#remembered.get(index)
    if (known !== undefined) return known
    const timeS = this.#peakS(index)
    const beat = {
      index,
      timeS,
      intervalS: this.#peakS(index + 1) - timeS,
      strength: 1 + 0.04 * (seededRandom(mixedSeed(this.#seed, index, 2))() - 0.5),
    }
    this.#remembered.set(index, beat)
    if (this.#remembered.size > REMEMBERED_BEATS) {
      const oldest = this.#remembered.keys().next()
      if (oldest.done !== true) this.#remembered.delete(oldest.value)
    }
    return beat
  }

  /** Bisection between bounds that depend on the beat's number alone, so that every caller gets the same bits. */
  #peakS(index: number): number {
    const round = Math.floor(index / (this.#heartRate.integralOfRound() / 60))
    let low = (round - 1) * this.#periodS
    let high = (round + 2) * this.#periodS
    for (let step = 0; step < BISECTIONS; step++) {
      const middle = (low + high) / 2
      if (this.beatsAt(middle) < index) low = middle
      else high = middle
    }
    return high + JITTER_S * (2 * seededRandom(mixedSeed(this.#seed, index, 1))() - 1)
  }
}
