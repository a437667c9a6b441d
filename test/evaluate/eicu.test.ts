import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOTES, PROBLEMS } from './eicu-entries.ts'
import { VITAL_SUMMARIES, vitalSummaries } from './eicu-vitals.ts'
import { quotedRows } from './quoted-table.ts'

test('a quoted cell may hold commas, quotes and line ends', () => {
  assert.deepEqual(quotedRows('a,b\r\n"1,5","say ""no""\nor yes"\n,\n'), [
    ['a', 'b'],
    ['1,5', 'say "no"\nor yes'],
    ['', ''],
  ])
  assert.deepEqual(quotedRows('a,b\n1,2'), [
    ['a', 'b'],
    ['1', '2'],
  ])
  assert.throws(() => quotedRows('a"b,c\n'), /character/)
})

test('what was ticked in a form becomes a short phrase', () => {
  const phrase = (table: string, path: string): string | null | undefined =>
    [...PROBLEMS, ...NOTES].find((source) => source.table === table)?.phraseOf(path)
  assert.equal(
    phrase(
      'admissiondx',
      'admission diagnosis|All Diagnosis|Non-operative|Diagnosis|Neurology|Coma (for hepatic see GI, for diabetic see Endocrine)',
    ),
    'coma',
  )
  assert.equal(phrase('admissiondx', 'admission diagnosis|Elective|Yes'), 'elective surgery')
  assert.equal(phrase('admissiondx', 'admission diagnosis|Elective|No'), null)
  assert.equal(
    phrase('diagnosis', 'cardiovascular|shock / hypotension|septic shock'),
    'shock / hypotension septic shock',
  )
  const history = 'notes/Progress Notes/Past History/Organ Systems'
  assert.equal(phrase('pasthistory', `${history}/Pulmonary/COPD/COPD  - severe`), 'history of copd - severe')
  assert.equal(phrase('pasthistory', `${history}/Oncology/Metastases/lung`), 'history of metastases lung')
  assert.equal(phrase('pasthistory', 'notes/Progress Notes/Past History/Past History Obtain Options/Performed'), null)
})

test('vital signs until an hour: last, lowest, highest and mean, without what nobody can have', () => {
  const exam = (minute: string, sign: string, text: string): Record<string, string> => ({
    patientunitstayid: '1',
    physicalexamoffset: minute,
    physicalexampath: `notes/Vital Sign and Physiological Data/HR/HR ${sign}`,
    physicalexamtext: text,
    physicalexamvalue: `HR ${sign}`,
  })
  const tables = {
    vitalaperiodic: [
      { patientunitstayid: '1.0', observationoffset: '500', noninvasivesystolic: '90' },
      { patientunitstayid: '1.0', observationoffset: '30', noninvasivesystolic: '120', noninvasivemean: '' },
      { patientunitstayid: '1.0', observationoffset: '20', noninvasivesystolic: '1200' },
    ],
    physicalexam: [exam('60', 'Current', '80'), exam('60', 'Highest', '110'), exam('60', 'Lowest', '60')],
    respiratorycharting: [],
    apacheapsvar: [{ patientunitstayid: '1', temperature: '38.5', heartrate: '-1' }],
  }
  const [hr, sbp, map, temp] = [0, 12, 20, 24]
  const of = (hour: number, sign: number | undefined): number[] => [
    ...vitalSummaries(tables, hour)('1').subarray(sign, (sign ?? 0) + 4),
  ]
  assert.deepEqual(of(6, sbp), [120, 120, 120, 120])
  assert.deepEqual(of(12, sbp), [90, 90, 120, 105])
  assert.deepEqual(of(6, hr), [80, 60, 110, Math.fround(250 / 3)])
  assert.deepEqual(of(6, map), [NaN, NaN, NaN, NaN])
  assert.deepEqual(of(12, temp), [NaN, NaN, NaN, NaN])
  assert.deepEqual(of(24, temp), [38.5, 38.5, 38.5, 38.5])
  assert.ok(vitalSummaries(tables, 6)('2').every(Number.isNaN))
  assert.equal(vitalSummaries(tables, 6)('2').length, VITAL_SUMMARIES)
})
