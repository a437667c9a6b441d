import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grouped, type TrendMark, trendMarks } from '../../dashboards/ward/trend-marks.ts'
import { alertView } from './alert-fixture.ts'

const mark = (alertId: string, fromMs: number, changes: Partial<TrendMark> = {}): TrendMark => ({
  ...{ alertId, fromMs, toMs: null, priority: 'low', technical: false, code: null, words: '' },
  ...changes,
})

test('an alert is marked on the row of its numeric, the score’s on the row of the score, a technical one on none', () => {
  const of = (condition: string, changes: object = {}) =>
    trendMarks([{ ...alertView({ condition, ...changes }), endedTimeMs: 7 }])[0]
  assert.equal(of('limit:spo2:low')?.code, 'spo2')
  assert.equal(of('risk:combined')?.code, 'risk')
  const technical = of('technical:feed_idle:vitals', { kind: 'technical' })
  assert.deepEqual([technical?.code, technical?.technical, technical?.toMs], [null, true, 7])
})

test('marks too near to be told apart are one, with the worst on top; what began before stands at the edge', () => {
  const marks = [
    mark('before', -50),
    mark('over', -50, { toMs: -1 }),
    mark('a', 50),
    mark('b', 52, { priority: 'high' }),
    mark('c', 90, { priority: 'medium' }),
    mark('later', 101),
  ]
  const groups = grouped(marks, { fromMs: 0, toMs: 100, apartPct: 5 })
  assert.deepEqual(
    groups.map(({ atPct, worst, marks: its }) => [atPct, worst.alertId, its.length]),
    [
      [0, 'before', 1],
      [50, 'b', 2],
      [90, 'c', 1],
    ],
  )
})
