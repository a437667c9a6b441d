import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '../src/clock.ts'
import { clockCheck } from '../src/clock-check.ts'
import { assertHealthy, assertWrong } from './support/findings.ts'
import { OffsetClock } from './support/offset-clock.ts'

const signal = new AbortController().signal
const todo = /time service/

describe("this machine's clock before the doctor", () => {
  it('is fine while it runs evenly', async () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 24))
    const looking = clockCheck(clock).look(signal)
    clock.advance(1_500)
    assertHealthy(await looking)
  })

  it('is named when it is moved meanwhile', async () => {
    const clock = new OffsetClock(0)
    const looking = clockCheck(clock).look(signal)
    clock.offsetMs = -4_000
    assertWrong(await looking, [{ about: 'clock', standing: 'warning', saw: /moved by -4 s/, todo }])
  })

  it('is named when it stands before this build', async () => {
    const findings = await clockCheck(new ManualClock(0)).look(signal)
    assertWrong(findings, [{ about: 'clock', standing: 'broken', saw: /it says 1970-01-01/, todo }])
    assert.equal(findings.length, 1)
  })
})
