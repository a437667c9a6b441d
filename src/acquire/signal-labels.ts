import { type NumericCode, NUMERICS, type WaveformCode, WAVEFORMS } from '../reading.ts'

/**
 * Device labels by the code they mean, written in lower case without spaces and signs. Only labels seen in MIMIC, BIDMC,
 * PhysioNet challenges and monitor manuals are here: a label that is not known keeps its own name and nothing is concluded.
 */
const NUMERIC_LABELS: Readonly<Record<NumericCode, readonly string[]>> = {
  hr: ['hr', 'heartrate', 'ecghr'],
  pr: ['pr', 'pulse', 'pulserate', 'plethpulse'],
  spo2: ['spo2', 'sao2', 'osat'],
  rr: ['rr', 'resp', 'respiration', 'resprate', 'respiratoryrate'],
  abp_sys: ['abpsys', 'abps', 'artsys', 'arts', 'ibpsys'],
  abp_dia: ['abpdias', 'abpdia', 'abpd', 'artdias', 'artdia', 'artd', 'ibpdia'],
  abp_mean: ['abpmean', 'abpm', 'artmean', 'artm', 'ibpmean'],
  nbp_sys: ['nbpsys', 'nbps', 'nibpsys', 'nibps'],
  nbp_dia: ['nbpdias', 'nbpdia', 'nbpd', 'nibpdias', 'nibpdia', 'nibpd'],
  nbp_mean: ['nbpmean', 'nbpm', 'nibpmean', 'nibpm'],
  temp: ['temp', 'temperature', 'tblood', 'tcore', 'tesoph'],
  etco2: ['etco2', 'co2et'],
}

/** ECG leads from the one a monitor shows first to the last, which is one that is not named. */
export const ECG_LEADS: readonly string[] = [
  'ii',
  'mlii',
  'mcl',
  'mcl1',
  'i',
  'iii',
  'v',
  'v1',
  'v2',
  'v3',
  'v4',
  'v5',
  'v6',
  'avf',
  'avl',
  'avr',
  'ecg',
]
export const WAVEFORM_LABELS: Readonly<Record<Exclude<WaveformCode, 'ecg'>, readonly string[]>> = {
  pleth: ['pleth', 'ppg'],
  // The same line is ABP on one monitor and ART on the next (OpenICE issue 110).
  abp: ['abp', 'art', 'ibp', 'ao'],
  resp: ['resp', 'respiration', 'impedance'],
}

/** Units by the spellings that devices use for them. */
const UNITS: Readonly<Record<string, string>> = {
  bpm: '/min',
  pm: '/min',
  '/min': '/min',
  '1/min': '/min',
  rpm: '/min',
  'breaths/min': '/min',
  '%': '%',
  pct: '%',
  mmhg: 'mmHg',
  degc: '°C',
  c: '°C',
  '°c': '°C',
}

export interface SignalName {
  code: string
  /** As a device of the field would print it. */
  unit: string
  /** False: the device's unit is not the one that limits of this code are in. */
  unitAgrees: boolean
}

/** The code of a numeric; `unit` is the device's word for it, '' where it says none. */
export function numericOf(label: string, unit: string): SignalName {
  const plain = plainLabel(label)
  const code = (Object.keys(NUMERIC_LABELS) as NumericCode[]).find((each) => NUMERIC_LABELS[each].includes(plain))
  if (code === undefined) return { code: slug(label), unit, unitAgrees: true }
  const known = NUMERICS[code].unit
  const said = UNITS[unit.toLowerCase()] ?? unit
  // `nu` is MIMIC's word for a value whose unit was not recorded.
  const agrees = said === '' || said.toLowerCase() === 'nu' || said === known
  return { code, unit: agrees ? known : said, unitAgrees: agrees }
}

/**
 * The codes of a record's waveforms, in the order of `labels`. A code is given once: of several ECG leads the first by
 * ECG_LEADS is `ecg`, the others keep their lead (`ecg_v5`).
 */
export function waveformCodes(labels: readonly string[]): string[] {
  const plain = labels.map(plainLabel)
  const shown = ECG_LEADS.find((lead) => plain.includes(lead))
  const given = new Set<string>()
  return plain.map((label, index) => {
    const wanted = waveformCode(label, shown) ?? slug(labels[index] ?? '')
    let code = wanted
    for (let count = 2; given.has(code); count++) code = `${wanted}_${count}`
    given.add(code)
    return code
  })
}

/** The unit of a waveform: the known one where the device says none (`NU`: no units), else the device's. */
export function waveformUnit(code: string, unit: string): string {
  if (unit !== '' && unit.toLowerCase() !== 'nu') return unit.toLowerCase() === 'mmhg' ? 'mmHg' : unit
  return code in WAVEFORMS ? WAVEFORMS[code as WaveformCode].unit : ''
}

function waveformCode(plain: string, shownLead: string | undefined): string | undefined {
  if (plain === shownLead) return 'ecg'
  if (ECG_LEADS.includes(plain)) return `ecg_${plain}`
  return (Object.keys(WAVEFORM_LABELS) as (keyof typeof WAVEFORM_LABELS)[]).find((code) =>
    WAVEFORM_LABELS[code].includes(plain),
  )
}

/** The label without case, signs and the word ECG before a lead. */
export function plainLabel(label: string): string {
  return label
    .toLowerCase()
    .replace(/^ecg[ _](?=.)/, '')
    .replace(/[^a-z0-9]/g, '')
}

function slug(label: string): string {
  const code = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return code === '' ? 'unnamed' : code
}
