import { join } from 'node:path'
import { bellShaped, mixedSeed, seededRandom, type SeededRandom } from '../../../src/acquire/seeded-random.ts'
import { SEPSIS_COLUMNS } from '../sepsis-stays.ts'
import { writeArchive, writeTable } from './tables.ts'

const STAYS = 20

/** Stays of PhysioNet/CinC 2019's kind, half of them septic from two thirds on; some longer than a history. */
export async function writeSepsisStays(data: string): Promise<void> {
  const folder = join(data, 'vitals', 'cinc2019_sepsis')
  const stays = Array.from({ length: STAYS }, (_, number) => {
    const hours = number % 5 === 0 ? 55 : 14 + number
    return { record: `p9${number}`, hours, firstLabel: number % 2 === 0 ? Math.floor((hours * 2) / 3) : hours }
  })
  await writeTable(
    join(folder, 'records.csv'),
    stays.map(({ record, hours, firstLabel }) => ({
      ...{ record, split: 'made', septic: Number(firstLabel < hours), n_hours: hours },
      ...{ first_label_iculos: firstLabel < hours ? firstLabel + 1 : '', unpacked_in_psv: 0 },
    })),
  )
  const files = stays.map(({ record, hours, firstLabel }, number) => {
    const random = seededRandom(mixedSeed(number, 3))
    const rows = Array.from({ length: hours }, (_, hour) => {
      const illness = Math.max(0, Math.min(1, (hour - firstLabel + 8) / 12))
      return [...measuredAt(illness, random), ...aboutStay(number, hour), hour >= firstLabel ? '1' : '0'].join('|')
    })
    return [`made/${record}.psv`, `${[[...SEPSIS_COLUMNS, 'SepsisLabel'].join('|'), ...rows].join('\n')}\n`] as const
  })
  await writeArchive(join(folder, 'psv.tar.xz'), Object.fromEntries(files))
}

/** Pulse, saturation, temperature, pressures and respiration, most hours; of the laboratory lactate, creatinine and leucocytes, now and then. */
function measuredAt(illness: number, random: SeededRandom): string[] {
  const usual: Record<string, readonly [well: number, ill: number, share: number]> = {
    ...{ HR: [80, 120, 0.9], O2Sat: [98, 91, 0.8], Temp: [36.8, 39, 0.4], SBP: [125, 88, 0.9], MAP: [84, 58, 0.9] },
    ...{
      DBP: [65, 45, 0.8],
      Resp: [16, 29, 0.8],
      Lactate: [1.2, 4.8, 0.1],
      Creatinine: [0.9, 2.4, 0.1],
      WBC: [8, 19, 0.08],
    },
  }
  return SEPSIS_COLUMNS.slice(0, SEPSIS_COLUMNS.indexOf('Age')).map((name) => {
    const [well, ill, share] = usual[name] ?? [NaN, NaN, 0]
    if (random() >= share) return 'NaN'
    const value = well + illness * (ill - well) + 0.02 * well * bellShaped(random)
    return Math.min(value, name === 'O2Sat' ? 100 : Infinity).toFixed(1)
  })
}

/** Age, sex, medical or surgical unit or neither known, hours from admission to the unit, hours in it. */
function aboutStay(number: number, hour: number): string[] {
  const unit = number % 3
  const units = unit === 2 ? ['NaN', 'NaN'] : [`${Number(unit === 0)}`, `${Number(unit === 1)}`]
  return [`${40 + 2 * number}`, `${number % 2}`, ...units, number === 7 ? 'NaN' : `${-3.25 * number}`, `${hour + 1}`]
}

/** Charts of PhysioNet/CinC 2012's kind; half of the people die, and nearly all of those have a chart that looks like it. */
export async function writeMortalityStays(data: string): Promise<void> {
  const folder = join(data, 'vitals', 'cinc2012_icu_mortality')
  const stays = Array.from({ length: STAYS }, (_, number) => ({
    record: `${900_000 + number}`,
    died: number % 2 === 0,
  }))
  await writeTable(
    join(folder, 'records.csv'),
    stays.map(({ record, died }) => ({
      ...{ record, split: 'made', in_hospital_death: Number(died), set: 'a' },
      ...{ SAPS_I: 15, SOFA: 6, length_of_stay_days: 9, survival_days: died ? 9 : -1 },
    })),
  )
  const files = stays.map(({ record, died }, number) => [`made/${record}.txt`, chart(record, number, died)] as const)
  await writeArchive(join(folder, 'records.tar.xz'), Object.fromEntries(files))
}

function chart(record: string, number: number, died: boolean): string {
  const random = seededRandom(mixedSeed(number, 4))
  const isIll = died !== (number === 4)
  const lines = [
    'Time,Parameter,Value',
    `00:00,RecordID,${record}`,
    `00:00,Age,${45 + 2 * number}`,
    `00:00,Gender,${number % 2}`,
  ]
  lines.push(
    `00:00,Height,${number % 4 === 0 ? -1 : 170 + number}`,
    `00:00,ICUType,${1 + (number % 4)}`,
    '00:00,Weight,78.5',
  )
  const usual: Record<string, readonly [well: number, ill: number, everyMin: number]> = {
    ...{
      HR: [78, 118, 45],
      NISysABP: [124, 86, 60],
      NIDiasABP: [66, 44, 60],
      NIMAP: [85, 57, 60],
      RespRate: [16, 29, 70],
    },
    ...{
      Temp: [36.8, 35.6, 240],
      GCS: [15, 5, 240],
      Urine: [95, 12, 120],
      Creatinine: [0.9, 3.1, 720],
      BUN: [15, 70, 720],
    },
    ...{ HCO3: [25, 15, 720], Platelets: [220, 70, 1_440], K: [4.1, 5.2, 480] },
  }
  const measured: [number, string][] = []
  for (const [parameter, [well, ill, everyMin]] of Object.entries(usual))
    for (let minute = 7 + (number % 9); minute <= 2_880; minute += everyMin) {
      const value = (isIll ? ill : well) + 0.03 * well * bellShaped(random)
      // What nobody can have: a slip of the pen, now and then.
      measured.push([minute, `${parameter},${(random() < 0.01 ? 100 * value : value).toFixed(1)}`])
    }
  measured.sort(([a], [b]) => a - b)
  const two = (value: number): string => `${value}`.padStart(2, '0')
  for (const [minute, cells] of measured) lines.push(`${two(Math.floor(minute / 60))}:${two(minute % 60)},${cells}`)
  return `${lines.join('\n')}\n`
}
