import { join } from 'node:path'
import { mixedSeed, seededRandom } from '../../../src/acquire/seeded-random.ts'
import { writePackedTable, writeTable } from './tables.ts'

const STAYS = 12
const ILL = [
  'cardiovascular|shock / hypotension|septic shock',
  'pulmonary|respiratory failure|acute respiratory failure',
] as const
const WELL = ['endocrine|glucose metabolism|DKA', 'toxicology|drug overdose|drug overdose- general'] as const

/** Stays of the eICU demo's kind: what was entered, and vital signs from wherever they were charted. */
export async function writeEntries(data: string): Promise<void> {
  const folder = join(data, 'vitals', 'eicu_demo')
  const stays = Array.from({ length: STAYS }, (_, number) => ({ stay: 900 + number, number, died: number % 2 === 0 }))
  const write = (table: string, rows: Parameters<typeof writePackedTable>[1]): Promise<void> =>
    writePackedTable(join(folder, 'tables', `${table}.csv.xz`), rows)
  await writeTable(
    join(folder, 'records.csv'),
    stays.map(({ stay, number, died }) => ({
      ...{ record: stay, split: 'made', hospital_expired: Number(died), unit_expired: 0, uniquepid: `009-${number}` },
    })),
  )
  await write(
    'patient',
    stays.map(({ stay, number, died }) => ({
      ...{
        patientunitstayid: stay,
        gender: ['Female', 'Male', 'Unknown'][number % 3] ?? '',
        age: number === 5 ? '> 89' : 40 + 3 * number,
      },
      ...{ hospitalid: 50 + (number % 2), hospitaldischargestatus: died ? 'Expired' : 'Alive' },
      ...{ unitdischargeoffset: 500 + 200 * number, uniquepid: `009-${number}` },
    })),
  )
  await write('hospital', [
    { hospitalid: 50, numbedscategory: '<100', teachingstatus: 'FALSE', region: 'Midwest' },
    { hospitalid: 51, numbedscategory: '>= 500', teachingstatus: 'TRUE', region: 'South' },
  ])
  const illness = ({ died }: { died: boolean }): string =>
    died ? 'Sepsis, pulmonary' : 'Coma (for hepatic see GI, for diabetic see Endocrine)'
  await write(
    'admissiondx',
    stays.map((one) => ({
      ...{ patientunitstayid: one.stay, admitdxenteredoffset: 12 },
      admitdxpath: `admission diagnosis|All Diagnosis|Non-operative|Diagnosis|Any|${illness(one)}`,
    })),
  )
  await write(
    'diagnosis',
    stays.flatMap(({ stay, died, number }) =>
      (died ? ILL : WELL).map((path, at) => ({
        ...{ patientunitstayid: stay, diagnosisoffset: 30 + 300 * at + number, diagnosisstring: path },
      })),
    ),
  )
  await write(
    'pasthistory',
    stays.map(({ stay, number }) => ({
      ...{ patientunitstayid: stay, pasthistoryenteredoffset: 5 * number },
      pasthistorypath: `notes/Progress Notes/Past History/Organ Systems/Pulmonary/COPD/COPD  - ${number % 2 === 0 ? 'severe' : 'mild'}`,
    })),
  )
  await write(
    'treatment',
    stays.map(({ stay, died }) => ({
      ...{ patientunitstayid: stay, treatmentoffset: 90 },
      treatmentstring: died
        ? 'cardiovascular|shock|vasopressors|norepinephrine > 0.1 micrograms/kg/min'
        : 'endocrine|glucose metabolism|insulin',
    })),
  )
  await write('vitalaperiodic', stays.flatMap(cuffs))
  await write('physicalexam', stays.flatMap(examined))
  await write(
    'respiratorycharting',
    stays.flatMap(({ stay, number, died }) => [
      {
        patientunitstayid: stay,
        respchartoffset: 100,
        respchartentryoffset: 110,
        respchartvaluelabel: 'FiO2',
        respchartvalue: `${died ? 60 : 28}%`,
      },
      {
        patientunitstayid: stay,
        respchartoffset: 200,
        respchartentryoffset: 205,
        respchartvaluelabel: 'Total RR',
        respchartvalue: 14 + number,
      },
    ]),
  )
  await write(
    'apacheapsvar',
    stays.map(({ stay, number, died }) => ({
      ...{
        patientunitstayid: stay,
        eyes: died ? 1 : 4,
        motor: died ? 3 : 6,
        verbal: died ? 1 : 5,
        temperature: 36 + 0.2 * number,
      },
      ...{ respiratoryrate: 20 + number, heartrate: 90 + number, meanbp: number === 3 ? -1 : 60 + number },
    })),
  )
  await write(
    'apachepatientresult',
    stays.map(({ stay, died }) => ({
      ...{ patientunitstayid: stay, apacheversion: 'IVa', predictedhospitalmortality: died ? 0.4 : 0.05 },
    })),
  )
}

interface Stay {
  stay: number
  number: number
  died: boolean
}

function cuffs({ stay, number, died }: Stay): Record<string, string | number>[] {
  const random = seededRandom(mixedSeed(number, 6))
  return Array.from({ length: 8 }, (_, at) => {
    const systolic = Math.round((died ? 88 : 126) + 10 * random())
    return {
      ...{ patientunitstayid: `${stay}.0`, observationoffset: 15 + 90 * at, noninvasivesystolic: systolic },
      ...{
        noninvasivediastolic: at === 2 ? '' : Math.round(systolic * 0.55),
        noninvasivemean: Math.round(systolic * 0.7),
      },
    }
  })
}

function examined({ stay, number, died }: Stay): Record<string, string | number>[] {
  const path = 'notes/Progress Notes/Physical Exam/Physical Exam/Constitutional/Vital Sign and Physiological Data'
  const rate = (died ? 118 : 76) + number
  return (
    [
      ['HR/HR Current', rate],
      ['HR/HR Highest', rate + 15],
      ['HR/HR Lowest', rate - 10],
      ['O2 Sat%/O2 Sat% Current', died ? 90 : 98],
    ] as const
  ).map(([sign, value]) => ({
    ...{
      patientunitstayid: stay,
      physicalexamoffset: 45,
      physicalexampath: `${path}/${sign}`,
      physicalexamvalue: sign.split('/')[1] ?? '',
      physicalexamtext: value,
    },
  }))
}

/** Admissions of the MIMIC-III demo's kind. */
export async function writeAdmissions(data: string): Promise<void> {
  const folder = join(data, 'vitals', 'mimic3_demo')
  const people = Array.from({ length: STAYS }, (_, number) => ({
    subject: 90_000 + number,
    number,
    died: number % 2 === 0,
  }))
  await writeTable(
    join(folder, 'records.csv'),
    people.map(({ subject, died }) => ({
      record: subject,
      split: 'made',
      died_in_hospital_any_admission: Number(died),
      n_icustays: 1,
    })),
  )
  await writePackedTable(
    join(folder, 'tables', 'patients.csv.xz'),
    people.map(({ subject, number }) => ({
      row_id: number,
      subject_id: subject,
      gender: number % 3 === 0 ? 'M' : 'F',
      dob: `21${10 + number}-03-05 00:00:00`,
    })),
  )
  await writePackedTable(
    join(folder, 'tables', 'admissions.csv.xz'),
    people.map(({ subject, number, died }) => ({
      ...{ row_id: number, subject_id: subject, hadm_id: number, admittime: '2180-10-23 21:09:00' },
      ...{ diagnosis: died ? 'SEPSIS, SHOCK' : 'ASTHMA', hospital_expire_flag: Number(died), has_chartevents_data: 1 },
    })),
  )
}
