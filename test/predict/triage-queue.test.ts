import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acuityOf, byAcuity, type Acuity } from '../../src/predict/acuity.ts'
import { scoreNews2 } from '../../src/predict/news2-scorer.ts'
import { TriageQueue } from '../../src/predict/triage-queue.ts'
import { context, HEALTHY, numeric, vitals, windowOf } from './windows.ts'

test('a batch is of one acuity, the most urgent there is, and among equals the first', () => {
  const queue = new TriageQueue<{ name: string; acuity: Acuity }>()
  for (const name of ['r1', 'u1', 'r2', 'n1', 'u2', 'r3']) queue.add({ name, acuity: acuity(name) })
  const names = (mostRows: number): string =>
    queue
      .take(mostRows)
      .map(({ name }) => name)
      .join(' ')
  assert.deepEqual([names(1), names(8), names(8), names(2)], ['u1', 'u2', 'n1', 'r1 r2'])
  queue.add({ name: 'u3', acuity: 'urgent' })
  assert.deepEqual([queue.length, names(8), names(8), names(8)], [2, 'u3', 'r3', ''])
})

test('what is tried again goes before its equals, and what was given up goes', () => {
  const queue = new TriageQueue<{ name: string; acuity: Acuity }>()
  const [first, second, third] = ['r1', 'r2', 'r3'].map((name) => ({ name, acuity: acuity(name) }))
  assert.ok(first && second && third)
  queue.add(third)
  queue.addAgain([first, second])
  queue.remove(second)
  assert.deepEqual(queue.all, [first, third])
})

test('acuity is what NEWS2 says: urgent from 5 points or a single 3 on, unknown without it', () => {
  const of = (...changed: Parameters<typeof numeric>[]): Acuity => {
    const numerics = [...HEALTHY.filter(({ code }) => !changed.some(([other]) => other === code))]
    const sick = [...numerics, ...changed.map((one) => numeric(...one))]
    return acuityOf(scoreNews2(windowOf({ context: context(), vitals: [vitals(sick)] })))
  }
  assert.equal(of(), 'routine')
  assert.equal(of(['rr', 22]), 'routine')
  assert.equal(of(['rr', 26]), 'urgent', 'a single 3')
  assert.equal(of(['rr', 22], ['hr', 115], ['spo2', 94]), 'urgent', '5 points')
  assert.equal(acuityOf(scoreNews2(windowOf())), 'unknown')
  assert.deepEqual(
    byAcuity(['r1', 'u1', 'r2', 'n1'].map((name) => ({ name, acuity: acuity(name) }))).map(({ name }) => name),
    ['u1', 'n1', 'r1', 'r2'],
  )
})

function acuity(name: string): Acuity {
  return name.startsWith('u') ? 'urgent' : name.startsWith('n') ? 'unknown' : 'routine'
}
