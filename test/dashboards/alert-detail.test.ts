import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byGroup, figureWords, isOfThisFile } from '../../dashboards/ward/card-words.ts'
import { labLines } from '../../dashboards/ward/context-words.ts'
import { reasonWords } from '../../dashboards/ward/reason-words.ts'
import { thenAndNow } from '../../dashboards/ward/then-and-now.ts'
import { transitionWords } from '../../dashboards/ward/transition-words.ts'
import { ALERT_TRANSITION_VALUES } from '../../src/records.ts'
import { alertView } from './alert-fixture.ts'

test('every transition has words, and says who where a person did it', () => {
  for (const transition of ALERT_TRANSITION_VALUES)
    assert.notEqual(transitionWords(alertView({ transition })), '', transition)
  const acknowledged = alertView({ transition: 'acknowledged', acknowledgedBy: 'nurse-1' })
  assert.equal(transitionWords(acknowledged), 'Acknowledged by nurse-1')
  const answer = { kind: 'rejected' as const, userId: 'nurse-1', atMs: 60_000, reason: 'At another bed' }
  const handedOn = alertView({ transition: 'escalated', escalationLevel: 2, answer, eventTimeMs: 60_000 })
  assert.match(transitionWords(handedOn), /^Rejected by nurse-1 .*: At another bed; level 2$/)
  assert.equal(transitionWords({ ...handedOn, eventTimeMs: 90_000, escalationLevel: 3 }), 'Escalated to level 3')
})

test('the values of then stand beside those of now, the alert’s own first, and old ones say how old they were', () => {
  const value = { unit: '', validity: 'valid' as const }
  const then = [
    { ...value, code: 'hr', value: 80, eventTimeMs: 99_000 },
    { ...value, code: 'spo2', value: 84, eventTimeMs: 100_000 },
    { ...value, code: 'nbp_sys', value: 120.4, eventTimeMs: 40_000 },
  ]
  const now = new Map([
    ['spo2', '97'],
    ['rr', '---'],
    ['x_own', '5'],
  ])
  const rows = thenAndNow({ then }, { condition: 'limit:spo2:low', atMs: 100_000 }, now)
  assert.deepEqual(
    rows.map(({ code, then: past, thenAgeS, now: today, isSubject }) => [code, past, thenAgeS, today, isSubject]),
    [
      ['spo2', '84', 0, '97', true],
      ['hr', '80', 0, '–', false],
      ['rr', '–', 0, '---', false],
      ['nbp_sys', '120', 60, '–', false],
    ],
  )
})

test('a card that is not of the file that answered is known', () => {
  const model = { name: 'ward', version: '1.0.0', sha256: 'a'.repeat(64), provider: 'cpu', fusion: null }
  assert.ok(isOfThisFile({ version: '1.0.0', sha256: 'a'.repeat(64) }, model))
  assert.ok(!isOfThisFile({ version: '1.0.0', sha256: 'b'.repeat(64) }, model))
  assert.ok(isOfThisFile({ version: '1.0.0', sha256: 'b'.repeat(64) }, { ...model, sha256: '' }))
})

test('figures have their interval, and stand by group with the whole first', () => {
  const figure = { measure: 'AUROC', split: 'test' as const, n: 5, value: 0.8543, low95: 0.8366, high95: 0.8704 }
  assert.equal(figureWords(figure), '0.854 (0.837 to 0.87)')
  assert.equal(figureWords({ ...figure, low95: null }), '0.854')
  const groups = byGroup(['women', 'all', 'men', 'women'].map((group) => ({ ...figure, group })))
  assert.deepEqual(
    groups.map(({ group }) => group),
    ['all', 'women', 'women', 'men'],
  )
})

test('of a laboratory value the newest is told, with the one before', () => {
  const lab = { code: 'lactate', unit: 'mmol/L' }
  const lines = labLines([
    { ...lab, value: 1.9, timeMs: 1 },
    { ...lab, value: 4.25, timeMs: 3 },
    { ...lab, value: 3, timeMs: 2 },
  ])
  assert.deepEqual(lines, [{ code: 'lactate', words: '4.25 mmol/L', before: '3 mmol/L', timeMs: 3 }])
})

test('a share is told by what has it, other reasons as they are written', () => {
  const words = (code: string, value: number | null, text: string): string => reasonWords({ code, value, text })
  assert.equal(
    words('share:ward:vitals', 0.018, 'ward:vitals 0.06, share 0.02'),
    'Vital signs: raises the score by 0.018',
  )
  assert.equal(words('share:news2', -0.1, ''), 'NEWS2: lowers the score by 0.100')
  assert.equal(words('news2:rr', 2, 'RR 21 /min scores 2'), 'RR 21 /min scores 2')
  assert.equal(words('lung', null, 'lung ultrasound not_known 3 %'), 'Lung ultrasound not known 3 %')
})
