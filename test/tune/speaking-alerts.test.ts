import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../src/predict/model-card.ts'
import { spokenOf } from '../../src/tune/speaking-alerts.ts'

const ALARM = answer('arrhythmia alarm', ['true', 'false'])
const MURMUR = answer('murmur', ['present', 'unknown', 'absent'])
const SEPSIS = answer('sepsis within 6 h', ['expected', 'not expected'])

test('right and wrong of a heart-rate alert are true and false of its alarm, and of that alarm only', () => {
  assert.deepEqual(spokenOf({ condition: 'limit:hr:low', label: 'accepted' }, ALARM), {
    label: 'true',
    judged: ['asystole', 'extreme_bradycardia'],
  })
  assert.deepEqual(spokenOf({ condition: 'limit:hr:high', label: 'rejected' }, ALARM), {
    label: 'false',
    judged: ['extreme_tachycardia'],
  })
  for (const condition of ['limit:spo2:low', 'limit:pr:low', 'risk:combined', 'technical:feed_idle'])
    assert.equal(spokenOf({ condition, label: 'rejected' }, ALARM), null, condition)
})

test('right and wrong of any alert say nothing of what nobody was asked', () => {
  for (const label of ['accepted', 'rejected'])
    for (const condition of ['risk:heart-sound', 'limit:hr:low', 'limit:spo2:low', 'risk:combined']) {
      assert.equal(spokenOf({ condition, label }, MURMUR), null)
      assert.equal(spokenOf({ condition, label }, SEPSIS), null)
    }
})

test('a class alone is of alerts about the finding; named with its finding, of any', () => {
  assert.deepEqual(spokenOf({ condition: 'risk:heart-sound', label: ' Absent' }, MURMUR), {
    label: 'absent',
    judged: null,
  })
  assert.equal(spokenOf({ condition: 'limit:spo2:low', label: 'absent' }, MURMUR), null)
  assert.equal(spokenOf({ condition: 'limit:spo2:low', label: 'true' }, ALARM), null)
  assert.equal(spokenOf({ condition: 'limit:spo2:low', label: 'murmur absent' }, MURMUR)?.label, 'absent')
  assert.equal(
    spokenOf({ condition: 'limit:rr:high', label: 'sepsis within 6 h not expected' }, SEPSIS)?.label,
    'not expected',
  )
  assert.equal(spokenOf({ condition: 'risk:combined', label: 'expected' }, SEPSIS), null)
  assert.equal(spokenOf({ condition: 'risk:heart-sound', label: 'loud' }, MURMUR), null)
})

function answer(finding: string, classes: string[]): Answer {
  return {
    output: 'o',
    classes,
    positive: classes[0] ?? '',
    undecided: null,
    multipliers: classes.map(() => 1),
    finding,
  }
}
