import type { PatientContext } from '../records.ts'

/** Who lies in a bed of the demo ward. Nobody real. */
export interface DemoPerson extends Pick<
  PatientContext,
  'ageBand' | 'sex' | 'diagnosis' | 'notes' | 'consciousness' | 'supplementalOxygen'
> {
  /** Taken two hours before the start of the ward. */
  labs: readonly (readonly [code: string, value: number, unit: string])[]
}

export const PNEUMONIA: DemoPerson = {
  ageBand: '60-69',
  sex: 'male',
  diagnosis: 'community-acquired pneumonia',
  notes: ['productive cough for five days', 'oxygen by mask, which he often pulls off'],
  consciousness: 'alert',
  supplementalOxygen: true,
  labs: [
    ['crp', 184, 'mg/L'],
    ['lactate', 1.9, 'mmol/L'],
    ['leukocytes', 15.2, '10^9/L'],
  ],
}

export const SEPSIS: DemoPerson = {
  ageBand: '70-79',
  sex: 'female',
  diagnosis: 'sepsis, urinary source',
  notes: ['new confusion this morning', 'blood cultures taken'],
  consciousness: 'confusion',
  supplementalOxygen: true,
  labs: [
    ['lactate', 4.1, 'mmol/L'],
    ['procalcitonin', 12.5, 'µg/L'],
    ['creatinine', 168, 'µmol/L'],
  ],
}

export const RESTLESS: DemoPerson = {
  ageBand: '40-49',
  sex: 'male',
  diagnosis: 'after elective laparotomy',
  notes: ['restless, pulls at the cables'],
  consciousness: 'alert',
  supplementalOxygen: false,
  labs: [['haemoglobin', 118, 'g/L']],
}

export const PANCREATITIS: DemoPerson = {
  ageBand: '50-59',
  sex: 'female',
  diagnosis: 'acute pancreatitis',
  notes: ['sweating, electrodes do not stick'],
  consciousness: 'alert',
  supplementalOxygen: false,
  labs: [
    ['lipase', 1240, 'U/L'],
    ['lactate', 1.6, 'mmol/L'],
  ],
}

export const HEART_FAILURE: DemoPerson = {
  ageBand: '80-89',
  sex: 'female',
  diagnosis: 'heart failure, treated',
  notes: ['diuretics overnight, breathing easier'],
  consciousness: 'alert',
  supplementalOxygen: true,
  labs: [
    ['nt-probnp', 6200, 'ng/L'],
    ['potassium', 4.6, 'mmol/L'],
  ],
}

export const AORTIC_STENOSIS: DemoPerson = {
  ageBand: '70-79',
  sex: 'male',
  diagnosis: 'aortic stenosis, before valve replacement',
  notes: ['systolic murmur, radiates to the neck'],
  consciousness: 'alert',
  supplementalOxygen: false,
  labs: [['troponin-t', 22, 'ng/L']],
}

export const KETOACIDOSIS: DemoPerson = {
  ageBand: '30-39',
  sex: 'female',
  diagnosis: 'diabetic ketoacidosis, resolving',
  notes: ['insulin by pump'],
  consciousness: 'alert',
  supplementalOxygen: false,
  labs: [
    ['glucose', 14.2, 'mmol/L'],
    ['potassium', 3.9, 'mmol/L'],
    ['ph', 7.31, ''],
  ],
}

export const WELL: DemoPerson = {
  ageBand: '20-29',
  sex: 'male',
  diagnosis: 'observation after concussion',
  notes: [],
  consciousness: 'alert',
  supplementalOxygen: false,
  labs: [],
}
