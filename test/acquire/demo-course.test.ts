import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Course } from '../../src/acquire/demo-course.ts'

//  100 |    /\
//   60 |___/  \___   and again
//      0  10 20 30 40
const course = new Course([[0, 60], [10, 60], [20, 100], [30, 60]], 40) // prettier-ignore

test('a course follows straight lines between its points and comes round again', () => {
  assert.deepEqual(
    [0, 10, 15, 20, 25, 35, 55, 60].map((atS) => course.valueAt(atS)),
    [60, 60, 80, 100, 80, 60, 80, 100],
  )
})

test('the integral of a course is what adding up small steps gives, before the start as well', () => {
  for (const toS of [-55, -3, 0, 7, 17, 33, 40, 121.5]) {
    const steps = 20_000
    let sum = 0
    for (let step = 0; step < steps; step++) sum += (course.valueAt((toS * (step + 0.5)) / steps) * toS) / steps
    assert.ok(Math.abs(course.integralTo(toS) - sum) < 0.01, `to ${toS} s: ${course.integralTo(toS)} and ${sum}`)
  }
})

test('a course that does not begin at 0 or does not rise in time is a bug', () => {
  assert.throws(() => new Course([[1, 60]], 40), RangeError)
  assert.throws(() => new Course([[0, 60], [20, 1], [20, 2]], 40), RangeError) // prettier-ignore
  assert.throws(() => new Course([[0, 60], [40, 1]], 40), RangeError) // prettier-ignore
})
