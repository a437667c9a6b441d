import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Band, bandProblem, wideningWords } from '../../dashboards/ward/limit-change.ts'

const BAND = { low: 50, high: 120 }

test('a wider band is told by what it no longer alarms at', () => {
  assert.equal(wideningWords(BAND, { low: 40, high: 120 }), 'below 50 only from 40 on')
  assert.equal(wideningWords(BAND, { low: null, high: 130 }), 'no alarm below 50 any more, above 120 only from 130 on')
  assert.equal(wideningWords(BAND, { low: 60, high: null }), 'no alarm above 120 any more')
})

test('a band that alarms at all that the one before did is not asked about', () => {
  assert.equal(wideningWords(BAND, BAND), '')
  assert.equal(wideningWords(BAND, { low: 55, high: 110 }), '')
  assert.equal(wideningWords({ low: null, high: null }, BAND), '')
})

test('no value that alarmed before stays silent without a word', () => {
  const side = fc.option(fc.integer({ min: 0, max: 20 }), { nil: null })
  const alarms = ({ low, high }: Band, value: number): boolean =>
    (low !== null && value < low) || (high !== null && value > high)
  fc.assert(
    fc.property(side, side, side, side, fc.integer({ min: -1, max: 21 }), (a, b, c, d, value) => {
      const [before, after] = [
        { low: a, high: b },
        { low: c, high: d },
      ]
      // A band whose low lies above its high alarms at everything; such are not sent.
      fc.pre(bandProblem(before, [0, 20]) === null && bandProblem(after, [0, 20]) === null)
      if (alarms(before, value) && !alarms(after, value)) assert.notEqual(wideningWords(before, after), '')
    }),
    { seed: 3 },
  )
})

test('what cannot be set is said before it is sent', () => {
  assert.equal(bandProblem({ low: 130, high: 120 }, [0, 350]), 'the lower one first')
  assert.equal(bandProblem({ low: -1, high: null }, [0, 350]), 'between 0 and 350')
  assert.equal(bandProblem({ low: Number.NaN, high: null }, [0, 350]), 'between 0 and 350')
  assert.equal(bandProblem(BAND, [0, 350]), null)
})
