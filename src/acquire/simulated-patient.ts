import { CardiacCycle } from './cardiac-cycle.ts'
import { Course, type CoursePoints } from './demo-course.ts'
import { DemoEvents } from './demo-event.ts'
import { type DemoScript, SCRIPT_PERIOD_S } from './demo-script.ts'
import { mixedSeed, seededRandom } from './seeded-random.ts'

const TURN = 2 * Math.PI

/** The patient of one bed: everything a device can measure, as a function of seconds of its script. */
export class SimulatedPatient {
  readonly cycle: CardiacCycle
  readonly events: DemoEvents
  /** Share of the first heart sound; 0: no murmur. */
  readonly murmur: number
  readonly seed: number
  readonly #spo2: Course
  readonly #sys: Course
  readonly #dia: Course
  readonly #temp: Course
  readonly #lungWater: Course
  readonly #wander: number

  constructor(script: DemoScript, seed: number) {
    const course = (points: CoursePoints): Course => new Course(points, SCRIPT_PERIOD_S)
    this.seed = seed
    this.murmur = script.murmur ?? 0
    this.events = new DemoEvents(script.events, SCRIPT_PERIOD_S)
    this.cycle = new CardiacCycle(
      course(script.courses.hr),
      course(script.courses.rr),
      SCRIPT_PERIOD_S,
      mixedSeed(seed, 1),
    )
    this.#spo2 = course(script.courses.spo2)
    this.#sys = course(script.courses.sys)
    this.#dia = course(script.courses.dia)
    this.#temp = course(script.courses.temp)
    this.#lungWater = course(script.lungWater ?? [[0, 0]])
    this.#wander = seededRandom(mixedSeed(seed, 2))() * TURN
  }

  /** Arterial oxygen saturation, %. */
  spo2At(timeS: number): number {
    return Math.min(100, this.#spo2.valueAt(timeS) + 0.4 * Math.sin(TURN * 0.017 * timeS + this.#wander))
  }

  /** Systolic arterial pressure, mmHg; falls a little while breathing in. */
  sysAt(timeS: number): number {
    return this.#sys.valueAt(timeS) - 2 * this.cycle.chestAt(timeS) + this.#slowPressure(timeS)
  }

  /** Diastolic arterial pressure, mmHg. */
  diaAt(timeS: number): number {
    return this.#dia.valueAt(timeS) - this.cycle.chestAt(timeS) + 0.6 * this.#slowPressure(timeS)
  }

  /** Core temperature, °C. */
  tempAt(timeS: number): number {
    return this.#temp.valueAt(timeS)
  }

  /** How much water there is in the lung, 0 to 1. */
  lungWaterAt(timeS: number): number {
    return this.#lungWater.valueAt(timeS)
  }

  #slowPressure(timeS: number): number {
    return 1.5 * Math.sin(TURN * 0.031 * timeS + 2 * this.#wander)
  }
}
