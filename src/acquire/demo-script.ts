import type { CoursePoints } from './demo-course.ts'
import type { DemoEvent } from './demo-event.ts'
import {
  AORTIC_STENOSIS,
  type DemoPerson,
  HEART_FAILURE,
  KETOACIDOSIS,
  PANCREATITIS,
  PNEUMONIA,
  RESTLESS,
  SEPSIS,
  WELL,
} from './demo-person.ts'

/** Every script begins anew after this long. */
export const SCRIPT_PERIOD_S = 600

type CourseName = 'hr' | 'rr' | 'spo2' | 'sys' | 'dia' | 'temp'

/** What happens at one bed of the demo ward, as a table to be read. Times in seconds, values in the units of reading.ts. */
export interface DemoScript {
  says: string
  person: DemoPerson
  courses: Readonly<Record<CourseName, CoursePoints>>
  events: readonly DemoEvent[]
  /** Loudness of a systolic murmur as a share of the first heart sound. */
  murmur?: number
  /** The scope is an ultrasound of the lung, and so much water is in it, 0 to 1; without: a laparoscope. */
  lungWater?: CoursePoints
  /** How far the monitor's clock is ahead (+) or behind (-), from that second after the start on; does not come round again. */
  monitorClock?: readonly (readonly [fromS: number, aheadS: number])[]
}

/** The beds in order; a ninth bed follows the first script again, with another seed and at another place in it. */
export const DEMO_SCRIPTS: readonly [DemoScript, ...DemoScript[]] = [
  {
    says: 'pneumonia: SpO2 falls below 90 at once, below 85 twenty seconds later, and again in the second half',
    person: PNEUMONIA,
    // prettier-ignore
    courses: {
      hr:   [[0, 94], [30, 108], [80, 110], [150, 92], [320, 90], [360, 106], [420, 104], [500, 92]],
      rr:   [[0, 21], [40, 24], [100, 23], [180, 19], [330, 19], [370, 24], [480, 20]],
      spo2: [[0, 90], [5, 88], [16, 87], [21, 82], [60, 81], [80, 86], [105, 95], [310, 95], [335, 87], [360, 82], [400, 82], [430, 95], [580, 95]],
      sys:  [[0, 128], [60, 138], [200, 126], [360, 136], [500, 126]],
      dia:  [[0, 72], [60, 78], [200, 70], [360, 76], [500, 71]],
      temp: [[0, 38.3], [300, 38.5]],
    },
    // prettier-ignore
    lungWater: [[0, 0.8], [60, 0.8], [105, 0.5], [310, 0.5], [340, 0.8], [400, 0.8], [430, 0.5]],
    events: [
      ['stethoscope_resting', 220, 290],
      ['scope_resting', 450, 560],
    ],
  },
  {
    says: 'sepsis: heart rate climbs to an extreme tachycardia while the pressure falls, then fluids help and wet the lung',
    person: SEPSIS,
    // prettier-ignore
    courses: {
      hr:   [[0, 108], [60, 116], [150, 126], [300, 134], [330, 146], [400, 149], [430, 134], [520, 116]],
      rr:   [[0, 22], [120, 26], [300, 29], [420, 29], [540, 23]],
      spo2: [[0, 94], [200, 92], [420, 91], [560, 94]],
      sys:  [[0, 104], [120, 94], [300, 82], [420, 80], [540, 102]],
      dia:  [[0, 60], [120, 54], [300, 46], [420, 44], [540, 58]],
      temp: [[0, 38.9], [300, 39.4]],
    },
    // prettier-ignore
    lungWater: [[0, 0.1], [300, 0.2], [440, 0.7], [560, 0.3]],
    events: [
      ['stethoscope_resting', 350, 430],
      ['scope_resting', 150, 280],
    ],
  },
  {
    says: 'restless: movement puts noise on ECG and pleth; the numbers are questionable or invalid, the patient is well',
    person: RESTLESS,
    // prettier-ignore
    courses: {
      hr:   [[0, 82], [60, 90], [120, 82], [280, 92], [360, 80]],
      rr:   [[0, 15], [70, 18], [140, 15], [280, 18], [360, 14]],
      spo2: [[0, 97]],
      sys:  [[0, 126], [300, 130]],
      dia:  [[0, 74], [300, 77]],
      temp: [[0, 37.2]],
    },
    events: [
      ['motion', 40, 105],
      ['motion', 250, 310],
      ['motion', 470, 500],
      ['stethoscope_resting', 400, 460],
    ],
  },
  {
    says: 'loose: ECG electrodes come off, then one swings and is counted as a tachycardia; later the oximeter, later the monitor goes silent',
    person: PANCREATITIS,
    // prettier-ignore
    courses: {
      hr:   [[0, 96], [300, 100]],
      rr:   [[0, 18], [300, 19]],
      spo2: [[0, 96]],
      sys:  [[0, 118], [300, 114]],
      dia:  [[0, 66], [300, 64]],
      temp: [[0, 37.8]],
    },
    events: [
      ['ecg_leads_off', 60, 115],
      ['ecg_artefact', 180, 230],
      ['oximeter_off', 260, 305],
      ['scope_resting', 340, 420],
      ['monitor_silent', 500, 545],
    ],
  },
  {
    says: 'heart failure: the stethoscope feed goes silent, and rests in between',
    person: HEART_FAILURE,
    // prettier-ignore
    courses: {
      hr:   [[0, 84], [300, 88]],
      rr:   [[0, 19], [300, 18]],
      spo2: [[0, 95]],
      sys:  [[0, 116], [300, 114]],
      dia:  [[0, 66], [300, 65]],
      temp: [[0, 36.6]],
    },
    lungWater: [[0, 0.35]],
    events: [
      ['stethoscope_silent', 90, 180],
      ['stethoscope_resting', 250, 300],
      ['stethoscope_silent', 420, 460],
    ],
  },
  {
    says: 'aortic stenosis: a systolic murmur; the scope goes silent, and once loses its view',
    person: AORTIC_STENOSIS,
    // prettier-ignore
    courses: {
      hr:   [[0, 68], [300, 72]],
      rr:   [[0, 14], [300, 15]],
      spo2: [[0, 96]],
      sys:  [[0, 122], [300, 118]],
      dia:  [[0, 76], [300, 74]],
      temp: [[0, 36.8]],
    },
    murmur: 0.25,
    events: [
      ['scope_silent', 120, 200],
      ['view_lost', 300, 340],
      ['scope_resting', 420, 470],
    ],
  },
  {
    says: 'wrong clock: the monitor is 24 minutes slow, and after five minutes somebody sets it a minute and a half fast',
    person: KETOACIDOSIS,
    // prettier-ignore
    courses: {
      hr:   [[0, 92], [300, 88]],
      rr:   [[0, 18], [300, 17]],
      spo2: [[0, 98]],
      sys:  [[0, 116], [300, 120]],
      dia:  [[0, 70], [300, 72]],
      temp: [[0, 36.9]],
    },
    monitorClock: [
      [0, -1447],
      [300, 95],
    ],
    events: [['stethoscope_resting', 180, 240]],
  },
  {
    says: 'well: nothing happens, so a screen that alarms here is wrong',
    person: WELL,
    // prettier-ignore
    courses: {
      hr:   [[0, 64], [300, 68]],
      rr:   [[0, 13], [300, 14]],
      spo2: [[0, 98]],
      sys:  [[0, 118], [300, 122]],
      dia:  [[0, 72], [300, 75]],
      temp: [[0, 36.7]],
    },
    lungWater: [[0, 0]],
    events: [['scope_resting', 360, 400]],
  },
]
