import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { composePatients, COUPLING } from './composed-patients.ts'
import type { EvidenceRecord, FindingState } from './ward-evidence.ts'

const record = (finding: FindingState, kind = 'any'): EvidenceRecord => ({
  subject: `${kind} ${finding}`,
  finding,
  kind,
  weight: 1,
  inputs: () => Promise.resolve({}),
})
const both = [record(true), record(false)]
const RECORDS = { vitals: both, waveforms: both, pcg: both, video: both, notes: both }

test('vital signs go with the outcome always, other findings as often as the coupling says', () => {
  const patients = composePatients(RECORDS, 20_000, seededRandom(1))
  for (const deteriorates of [false, true]) {
    const those = patients.filter((patient) => patient.deteriorates === deteriorates)
    assert.ok(those.every(({ records }) => records.vitals?.finding === deteriorates))
    for (const name of ['waveforms', 'pcg', 'video', 'notes'] as const) {
      const share = those.filter(({ records }) => records[name]?.finding === true).length / those.length
      assert.ok(Math.abs(share - (COUPLING[name][Number(deteriorates)] ?? NaN)) < 0.015, `${name}: ${share}`)
    }
  }
})

test('the same seed composes the same patients; evidence without recordings is lacking in all', () => {
  const compose = (): unknown[] =>
    composePatients({ ...RECORDS, notes: [] }, 50, seededRandom(2)).map(({ records }) => records)
  assert.deepEqual(JSON.stringify(compose()), JSON.stringify(compose()))
  assert.ok(composePatients({ ...RECORDS, notes: [] }, 50, seededRandom(2)).every(({ records }) => !records.notes))
})

test('a kind that says nothing of the outcome goes with any, and stands in where a finding has no recording', () => {
  const video = [record(false, 'lung'), record(null, 'laparoscopy')]
  const patients = composePatients({ ...RECORDS, video }, 2_000, seededRandom(3))
  const kinds = new Set(patients.map(({ records }) => records.video?.kind))
  assert.deepEqual([...kinds].sort(), ['laparoscopy', 'lung'])
  assert.ok(patients.every(({ records }) => records.video !== undefined && records.video.finding !== true))
})
