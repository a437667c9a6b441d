import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import type { Alert } from '../../src/records.ts'
import type { Answer } from '../../src/watch/events.ts'
import { UnwatchedBeds } from '../../src/watch/unwatched-beds.ts'
import { Ward } from '../../src/watch/ward.ts'
import { alert, context } from './ward-records.ts'

const START_MS = 1_700_000_000_000

describe('beds with a high alarm that no screen shows', () => {
  let clock: ManualClock
  let ward: Ward
  let beds: UnwatchedBeds
  let said: string[]
  let answer: Answer
  let startedMs: number

  const seconds = (): number => (clock.monotonicMs() - startedMs) / 1_000
  const raise = (bedSequence: number, changes: Partial<Alert> = {}, alertId = 'a'): void =>
    void ward.alerts.take(alert(alertId, bedSequence, changes), clock.nowMs())
  const show = (screenId: string, ...standing: string[]): void =>
    void ward.deliveries.shown(screenId, { visible: true, painted: [], standing }, clock.nowMs(), clock.monotonicMs())

  /** A look every second, with what screens say in between. */
  async function pass(forS: number, each: () => void = () => undefined): Promise<void> {
    for (let s = 0; s < forS; s++) {
      each()
      beds.look()
      clock.advance(1_000)
      // What the log answered to what was said.
      await new Promise(setImmediate)
    }
  }

  beforeEach(() => {
    clock = new ManualClock(START_MS)
    startedMs = clock.monotonicMs()
    ward = new Ward()
    ward.beds.admit(context())
    said = []
    answer = { ok: true }
    const say = (patientId: string, action: string): Promise<Answer> => {
      said.push(`${seconds()} ${action} ${patientId}`)
      return Promise.resolve(answer)
    }
    beds = new UnwatchedBeds({ ward, clock, logger: pino({ level: 'silent' }), say })
  })

  it('are said once after ten seconds, and again after half a minute while it led to nothing', async () => {
    raise(1)
    await pass(45)
    assert.deepEqual(said, ['10 unwatched patient-1', '40 unwatched patient-1'])
  })

  it('are not said again while the technical alarm stands', async () => {
    raise(1)
    await pass(12)
    raise(2, { condition: 'technical:unwatched', kind: 'technical' }, 'unwatched')
    await pass(60)
    assert.deepEqual(said, ['10 unwatched patient-1'])
  })

  it('are said to be watched as soon as a screen shows all of it, and every five seconds', async () => {
    raise(1)
    raise(2, { condition: 'limit:hr:high' }, 'b')
    await pass(15, () => show('one', 'a-1'))
    assert.deepEqual(said, ['10 unwatched patient-1'], 'one of the two alarms is not on it')
    await pass(7, () => show('one', 'a-1', 'b-2'))
    assert.deepEqual(said.slice(1), ['15 watched patient-1', '20 watched patient-1'])
  })

  it('count from when the last screen closed', async () => {
    raise(1)
    await pass(3, () => show('one', 'a-1'))
    ward.deliveries.gone('one')
    await pass(12)
    assert.deepEqual(said, ['0 watched patient-1', '13 unwatched patient-1'])
  })

  it('are of no concern when the alarm is answered, is not high, or the patient has left', async () => {
    raise(1, { presence: 'acknowledged' })
    raise(2, { priority: 'medium', condition: 'limit:hr:high' }, 'b')
    await pass(30)
    ward.beds.admit(context({ patientId: 'patient-2' }))
    void ward.alerts.take(alert('c', 1, { patientId: 'patient-2' }), clock.nowMs())
    await pass(5)
    ward.beds.discharge('patient-2', clock.nowMs())
    ward.alerts.discharge('patient-2')
    await pass(30)
    assert.deepEqual(said, [])
  })

  it('are said again at once when the log did not take it', async () => {
    answer = { ok: false, code: 'LOG_UNAVAILABLE', message: '' }
    raise(1)
    await pass(13)
    assert.deepEqual(said, ['10 unwatched patient-1', '11 unwatched patient-1', '12 unwatched patient-1'])
  })
})
