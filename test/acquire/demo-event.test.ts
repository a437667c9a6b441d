import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DemoEvents } from '../../src/acquire/demo-event.ts'

//  silent   ▓▓    ▓      ▓▓    ▓
//          0  2  4 5    10    14 15
const events = new DemoEvents([['scope_silent', 0, 2], ['scope_silent', 4, 5], ['motion', 6, 8]], 10) // prettier-ignore

test('an event holds from its first second to before its last, in every round', () => {
  const silent = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 14].filter((second) => events.during('scope_silent', second))
  assert.deepEqual(silent, [0, 1, 4, 10, 11, 14])
  assert.equal(events.during('motion', 4), false)
})

test('the seconds outside an event are counted as a walk through them would', () => {
  let walked = 0
  for (let second = 0; second < 45; second++) {
    assert.equal(events.secondsWithout('scope_silent', second), walked)
    if (!events.during('scope_silent', second)) walked++
  }
})
