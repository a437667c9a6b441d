import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ALERT_PRESENCE_VALUES, ALERT_TRANSITION_VALUES, type Alert } from '../../src/records.ts'
import { AlarmLoad, LOAD_SPAN_MS, type NurseLoad } from '../../src/watch/alarm-load.ts'
import { alert } from './ward-records.ts'

const MINUTE = 60_000
const NOW = 1_800_000_000_000

/** A story of alerts, each line so many minutes before now. */
class Told {
  readonly load = new AlarmLoad()
  #sequence = 0

  says(minutesAgo: number, alertId: string, changes: Partial<Alert> = {}): Alert {
    const one = alert(alertId, ++this.#sequence, { priority: 'medium', assignedTo: 'ann', ...changes })
    this.load.take(one, NOW - minutesAgo * MINUTE)
    return one
  }

  of(userId: string | null, readSinceMs = NOW - 86_400_000): NurseLoad | undefined {
    return this.load.loads(NOW, readSinceMs).find((one) => one.userId === userId)
  }
}

const ANSWERED: Partial<Alert> = { transition: 'acknowledged', presence: 'acknowledged' }
const OVER: Partial<Alert> = { transition: 'condition_ended', presence: 'latched', conditionPresent: false }
const CLEARED: Partial<Alert> = { transition: 'cleared', presence: 'off', conditionPresent: false }

describe('how many alarms a nurse has', () => {
  it('counts what calls: raised, back again, more urgent; and not what ends, eases, is answered, paused or labelled', () => {
    const told = new Told()
    told.says(60, 'a')
    told.says(59, 'a', OVER)
    told.says(58, 'a', { transition: 'repeated', count: 2 })
    told.says(50, 'a', { transition: 'condition_returned', count: 3 })
    told.says(49, 'a', { transition: 'priority_changed', priority: 'high' })
    told.says(48, 'a', { transition: 'audio_paused', priority: 'high' })
    told.says(48, 'a', { ...ANSWERED, priority: 'high' })
    told.says(47, 'a', { transition: 'priority_changed', presence: 'acknowledged' })
    told.says(46, 'a', { ...CLEARED, label: null })
    told.says(40, 'a', { ...CLEARED, transition: 'labelled', label: 'accepted' })
    const ann = told.of('ann')
    assert.equal(ann?.alarms, 4)
    assert.deepEqual(ann.byPriority, { low: 0, medium: 3, high: 1 })
  })

  it('gives an alarm to who looked after the patient when it called, and one that nobody did to nobody', () => {
    const told = new Told()
    told.says(30, 'a')
    told.says(20, 'a', { transition: 'condition_returned', assignedTo: 'bob' })
    told.says(10, 'b', { assignedTo: null })
    assert.deepEqual(
      told.load.loads(NOW, 0).map(({ userId, alarms }) => [userId, alarms]),
      [
        [null, 1],
        ['ann', 1],
        ['bob', 1],
      ],
    )
  })

  it('tells equipment apart, and what nobody heard because the audio was paused', () => {
    const told = new Told()
    told.says(30, 'a', { kind: 'technical', condition: 'technical:lead_off:ecg' })
    told.says(20, 'b', { audioPausedUntilMs: NOW })
    told.says(10, 'c', { audioPausedUntilMs: NOW, priority: 'high' })
    const ann = told.of('ann')
    assert.deepEqual([ann?.alarms, ann?.technical, ann?.paused], [3, 1, 1])
    assert.deepEqual(ann?.byPriority, { low: 0, medium: 1, high: 1 })
  })

  it('keeps a demonstration and a test apart from real alarms', () => {
    const told = new Told()
    told.says(30, 'a', { generationMode: 'real' })
    told.says(20, 'b', { generationMode: 'demo' })
    told.says(20, 'c', { generationMode: 'demo' })
    assert.deepEqual(
      told.load.loads(NOW, 0).map(({ generationMode, alarms }) => [generationMode, alarms]),
      [
        ['demo', 2],
        ['real', 1],
      ],
    )
  })

  it('counts 120 minutes and draws them in tens, the newest last', () => {
    const told = new Told()
    for (const minutesAgo of [121, 120, 119.9, 10, 9.9, 0]) told.says(minutesAgo, `a${minutesAgo}`)
    assert.deepEqual(told.of('ann')?.steps, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
    told.load.forget(NOW)
    assert.equal(told.of('ann')?.alarms, 4)
  })

  it('compares the rate with what one person can take, and says nothing of a log that has just begun', () => {
    const rates = ([12, 13, 24, 25] as const).map((count) => {
      const told = new Told()
      for (let index = 0; index < count; index++) told.says(1 + index * 4.6, `a${index}`)
      const { perHour, load } = told.of('ann') ?? {}
      return [perHour, load]
    })
    assert.deepEqual(rates, [
      [6, 'acceptable'],
      [6.5, 'manageable'],
      [12, 'manageable'],
      [12.5, 'too_many'],
    ])
    const told = new Told()
    told.says(5, 'a')
    assert.equal(told.of('ann', NOW - 9 * MINUTE)?.perHour, null)
    assert.equal(told.of('ann', NOW - 9 * MINUTE)?.load, null)
    assert.equal(told.of('ann', NOW - 20 * MINUTE)?.perHour, 3)
  })

  it('calls ten within ten minutes a flood', () => {
    const told = new Told()
    for (let index = 0; index < 9; index++) told.says(15, `a${index}`)
    told.says(25, 'before')
    assert.equal(told.of('ann')?.flood, false)
    told.says(15, 'a9')
    assert.equal(told.of('ann')?.flood, true)
  })

  it('tells how long a call waits: to the first answer, however often it came back, or to its end', () => {
    const told = new Told()
    told.says(60, 'a')
    told.says(58, 'a', OVER)
    told.says(57, 'a', { transition: 'repeated' })
    told.says(55, 'a', ANSWERED)
    told.says(50, 'b')
    told.says(47, 'b', ANSWERED)
    told.says(40, 'c', { kind: 'technical', condition: 'technical:lead_off:ecg' })
    told.says(33, 'c', CLEARED)
    const ann = told.of('ann')
    assert.deepEqual([ann?.answered, ann?.medianAnswerMs], [2, 4 * MINUTE])
    assert.deepEqual([ann?.longestMs, ann?.open], [7 * MINUTE, false])
  })

  it('tells of one that nobody has answered yet, even if it began before the two hours', () => {
    const told = new Told()
    told.says(200, 'a')
    told.says(199, 'a', { transition: 'escalated', escalationLevel: 1 })
    told.load.forget(NOW)
    const ann = told.of('ann')
    assert.deepEqual([ann?.alarms, ann?.longestMs, ann?.open], [0, 200 * MINUTE, true])
    told.load.discharge('patient-1', NOW)
    assert.equal(told.of('ann'), undefined)
  })

  it('an alarm that is handed on was answered, and waits anew for the next', () => {
    const told = new Told()
    told.says(60, 'a', { priority: 'high' })
    const answer = { kind: 'rejected', userId: 'ann', atMs: NOW - 58 * MINUTE, reason: 'elsewhere' } as const
    told.says(58, 'a', { transition: 'escalated', escalationLevel: 1, answer })
    told.says(30, 'a', { transition: 'escalated', escalationLevel: 2, answer })
    const ann = told.of('ann')
    assert.deepEqual([ann?.answered, ann?.medianAnswerMs], [1, 2 * MINUTE])
    assert.deepEqual([ann?.longestMs, ann?.open], [58 * MINUTE, true])
  })

  it('counts the units that are asked for', () => {
    const told = new Told()
    told.says(10, 'a', { unitId: 'icu' })
    told.says(10, 'b', { unitId: 'ward 2' })
    assert.equal(told.load.loads(NOW, 0, (unitId) => unitId === 'icu')[0]?.alarms, 1)
  })

  it('of any story: never more calls than were said, the same when it is read again, the parts as large as the whole', () => {
    const transition = fc.record({
      alertId: fc.constantFrom('a', 'b', 'c'),
      transition: fc.constantFrom(...ALERT_TRANSITION_VALUES),
      presence: fc.constantFrom(...ALERT_PRESENCE_VALUES),
      priority: fc.constantFrom('low', 'medium', 'high'),
      kind: fc.constantFrom('physiological', 'technical'),
      assignedTo: fc.constantFrom('ann', 'bob', null),
      afterMs: fc.integer({ min: 0, max: 20 * MINUTE }),
    })
    fc.assert(
      fc.property(fc.array(transition, { maxLength: 60 }), (story) => {
        const load = new AlarmLoad()
        let atMs = NOW - LOAD_SPAN_MS
        const said = story.map(({ alertId, afterMs, ...changes }, index) => {
          atMs = Math.min(NOW, atMs + afterMs)
          return [alert(alertId, index, changes as Partial<Alert>), atMs] as const
        })
        for (const [one, appendTimeMs] of said) load.take(one, appendTimeMs)
        const loads = load.loads(NOW, 0)
        for (const [one, appendTimeMs] of said) load.take(one, appendTimeMs)
        assert.deepEqual(load.loads(NOW, 0), loads)
        let alarms = 0
        for (const one of loads) {
          alarms += one.alarms
          const ofPatients = Object.values(one.byPriority).reduce((sum, count) => sum + count, 0)
          assert.equal(ofPatients + one.technical, one.alarms)
          assert.equal(
            one.steps.reduce((sum, count) => sum + count, 0),
            one.alarms,
          )
          assert.ok(one.paused <= one.alarms && (one.longestMs ?? 0) >= 0)
        }
        assert.ok(alarms <= said.filter(([{ transition: what }]) => what !== 'cleared').length)
      }),
    )
  })
})
