import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bandsOf } from '../../src/raise/limit-band.ts'
import { DEFAULT_LIMITS } from '../../src/raise/default-limits.ts'
import { next } from '../../src/raise/transition.ts'
import { freshState } from '../../src/raise/patient-state.ts'
import type { RaiseEvent } from '../../src/raise/raise-event.ts'
import type { AlertState } from '../../src/records.ts'
import { Bedside, RULES, START_MS, told, vitals } from './bedside.ts'

test('a medium limit waits for its delay and names the value, the limit and the time', () => {
  // SpO2  95  88 88 88 ... 88
  //  s     0   1  2  3 ... 11   raised at 11
  const bed = new Bedside()
  bed.vitals(0, { spo2: 95 })
  for (let s = 1; s <= 10; s++) assert.deepEqual(bed.vitals(s, { spo2: 88 }), [])
  const [alert] = bed.vitals(11, { spo2: 88 })
  assert.equal(alert?.priority, 'medium')
  assert.equal(alert.onsetTimeMs, START_MS + 1_000)
  assert.equal(alert.reasons[0]?.text, 'SpO2 88 % below 90 % for 10 s')
})

test('a value that dips back inside within the delay raises nothing', () => {
  const bed = new Bedside()
  for (let s = 0; s < 60; s++) bed.vitals(s, { spo2: s % 9 === 8 ? 95 : 88 })
  assert.deepEqual(bed.story(), [])
})

test('a high limit raises at once, and a worse band changes the priority of the one alert', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 10; s++) bed.vitals(s, { hr: 125 })
  bed.vitals(11, { hr: 150 })
  assert.deepEqual(bed.story(), ['raised limit:hr:high medium on', 'priority_changed limit:hr:high high on'])
  assert.equal(new Set(bed.alerts.map(({ alertId }) => alertId)).size, 1)
})

test('an unanswered alert keeps its priority while the value eases, and latches when it ends', () => {
  // SpO2  84      88 ... 95 ............
  //       raised         ended after 10 s, latched
  const bed = new Bedside()
  bed.vitals(0, { spo2: 84 })
  for (let s = 1; s <= 20; s++) bed.vitals(s, { spo2: 88 })
  for (let s = 21; s <= 40; s++) bed.vitals(s, { spo2: 95 })
  assert.deepEqual(bed.story(), ['raised limit:spo2:low high on', 'condition_ended limit:spo2:low high latched'])
  bed.acknowledge(41, 'limit:spo2:low')
  assert.equal(bed.story().at(-1), 'acknowledged limit:spo2:low high off')
})

test('a condition that returns to a latched alert counts up, and after off it is a new alert', () => {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 84 })
  for (let s = 1; s <= 12; s++) bed.vitals(s, { spo2: 95 })
  const [repeated] = bed.vitals(13, { spo2: 83 })
  assert.equal(repeated?.transition, 'repeated')
  assert.equal(repeated.count, 2)
  bed.acknowledge(14, 'limit:spo2:low')
  for (let s = 15; s <= 30; s++) bed.vitals(s, { spo2: 96 })
  assert.equal(bed.story().at(-1), 'cleared limit:spo2:low high off')
  const [again] = bed.vitals(31, { spo2: 80 })
  assert.equal(again?.transition, 'raised')
  assert.notEqual(again.alertId, repeated.alertId)
})

test('an acknowledged alert that worsens again alerts again', () => {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 84 })
  bed.acknowledge(1, 'limit:spo2:low')
  for (let s = 2; s <= 14; s++) bed.vitals(s, { spo2: 88 })
  bed.vitals(15, { spo2: 82 })
  assert.deepEqual(bed.story().slice(2), [
    'priority_changed limit:spo2:low medium acknowledged',
    'priority_changed limit:spo2:low high on',
  ])
})

test('a value that is not measured neither raises nor ends, and its lead is off after 10 s', () => {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 84 })
  for (let s = 1; s <= 11; s++) bed.vitals(s, { spo2: { value: null, validity: 'not_available' } })
  assert.deepEqual(bed.story(), ['raised limit:spo2:low high on', 'raised technical:lead_off:spo2 medium on'])
  bed.vitals(12, { spo2: 84 })
  assert.equal(bed.story().at(-1), 'cleared technical:lead_off:spo2 medium off')
})

test('what was never measured is not missed', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 30; s++) bed.vitals(s, { hr: 80, etco2: null })
  assert.deepEqual(bed.story(), [])
})

test('an implausible value is no measurement', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 30; s++) bed.vitals(s, { hr: 900 })
  assert.deepEqual(bed.story(), [])
})

test('a questionable value raises no further than medium and ends nothing', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 10; s++) bed.vitals(s, { spo2: { value: 70, validity: 'questionable' } })
  assert.deepEqual(bed.story(), ['raised limit:spo2:low medium on'])
  for (let s = 11; s <= 40; s++) bed.vitals(s, { spo2: { value: 98, validity: 'questionable' } })
  assert.equal(bed.alerts.length, 1)
})

test('two monitors that disagree cannot talk each other out of an alarm', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 10; s++) {
    bed.vitals(s, { spo2: 88 })
    bed.vitals(s, { spo2: 97 }, { feedId: 'transport' })
  }
  assert.deepEqual(bed.story(), ['raised limit:spo2:low medium on'])
})

test('a feed whose clock was set back is checked again after 10 s, and says so', () => {
  const bed = new Bedside()
  bed.vitals(1_000, { hr: 80 })
  for (let s = 1; s <= 12; s++) bed.vitals(s, { hr: 150 }, {}, 1_000 + s)
  assert.ok(bed.story().includes('raised technical:clock_wrong:monitor low on'))
  assert.ok(bed.story().includes('raised limit:hr:high high on'))
})

test('a reading from the future is checked at the time the log took it', () => {
  const bed = new Bedside()
  const reading = vitals(90_000, { hr: 150 })
  bed.apply({ type: 'vitals', topic: 'vitals', offset: 0, appendTimeMs: START_MS, timing: 'ahead', reading })
  assert.deepEqual(bed.story(), ['raised technical:clock_wrong:monitor low on', 'raised limit:hr:high high on'])
  assert.equal(bed.alerts[1]?.onsetTimeMs, START_MS)
})

test('silence of the monitors is medium, then high, and over with the next record', () => {
  const bed = new Bedside()
  bed.vitals(0, { hr: 80 })
  for (let s = 1; s <= 31; s++) bed.time(s)
  bed.vitals(32, { hr: 80 })
  assert.deepEqual(bed.story(), [
    'raised technical:feed_idle:vitals medium on',
    'priority_changed technical:feed_idle:vitals high on',
    'cleared technical:feed_idle:vitals high off',
  ])
})

test('time in which nobody watched is no silence', () => {
  const bed = new Bedside()
  bed.vitals(0, { hr: 80 })
  const nowMs = START_MS + 3_600_000
  bed.apply({ type: 'time', readThroughMs: nowMs, watchingSinceMs: nowMs - 1_000 })
  assert.deepEqual(bed.story(), [])
})

test('an unanswered high alert escalates three times, each at its own time however rarely time is looked at', () => {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 80 })
  for (let s = 1; s <= 600; s += 5) bed.vitals(s, { spo2: 80 })
  bed.time(600)
  assert.deepEqual(
    bed.alerts
      .filter(({ transition }) => transition === 'escalated')
      .map(({ escalationLevel, eventTimeMs }) => [escalationLevel, eventTimeMs - START_MS]),
    [
      [1, 60_000],
      [2, 120_000],
      [3, 180_000],
    ],
  )
})

test('whoever reads late and much at once escalates in the same place', () => {
  const story = (looks: readonly number[]): string[] => {
    const bed = new Bedside()
    for (let s = 0; s <= 90; s++) {
      bed.vitals(s, { spo2: s < 70 ? 80 : 98 })
      if (looks.includes(s)) bed.time(s)
    }
    return bed.alerts.map(({ id, transition, eventTimeMs }) => `${id} ${transition} ${eventTimeMs}`)
  }
  const live = story(Array.from({ length: 90 }, (_, s) => s))
  assert.deepEqual(story([90]), live)
  assert.deepEqual(
    live.map((line) => line.split(' ')[1]),
    ['raised', 'escalated', 'condition_ended'],
  )
})

test('a pause ends by itself, is never longer than allowed, and a new high alert ends it', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 10; s++) bed.vitals(s, { hr: 125 })
  bed.command(11, { action: 'pause_audio', durationMs: 9_999_999 })
  assert.equal(bed.state.audioPausedUntilMs, START_MS + 131_000)
  const alerts = bed.vitals(12, { hr: 125, spo2: 70 })
  assert.deepEqual(told(alerts), ['raised limit:spo2:low high on', 'audio_resumed limit:hr:high medium on'])
  assert.deepEqual(
    alerts.map(({ audioPausedUntilMs }) => audioPausedUntilMs),
    [null, null],
  )
  bed.command(13, { action: 'pause_audio', durationMs: 5_000 })
  bed.vitals(17, { hr: 125, spo2: 70 })
  assert.deepEqual(new Set(bed.time(18).map(({ transition }) => transition)), new Set(['audio_resumed']))
})

test('risk is medium at 0.5 and high at 0.7, with shares and what was missing; a window without risk changes nothing', () => {
  const bed = new Bedside()
  bed.prediction(0, { risk: 0.6, missing: [{ input: 'pcg', reason: 'idle' }] })
  bed.prediction(1, { risk: null })
  bed.prediction(2, { risk: 0.8 })
  bed.prediction(2, { risk: 0.1 })
  assert.deepEqual(bed.story(), ['raised risk:combined medium on', 'priority_changed risk:combined high on'])
  assert.deepEqual(bed.alerts[0]?.missing, ['pcg: idle'])
  bed.prediction(3, { risk: 0.2 })
  bed.prediction(4, { risk: 0.2 })
  assert.equal(bed.story().at(-1), 'condition_ended risk:combined high latched')
})

test('a murmur in the heart sound of a fused model raises as one of a heart-sound model does; one not decided ends nothing', () => {
  const bed = new Bedside()
  const heard = (score: number | null) => ({
    scorer: 'ward-hybrid:pcg',
    version: '1',
    score,
    share: -0.01,
    modalities: ['pcg' as const],
    findings: [{ code: 'murmur_present', value: 0.9, text: 'murmur present (90 %)' }],
  })
  bed.prediction(0, { parts: [heard(0.9)] })
  for (let w = 1; w < 4; w++) bed.prediction(w, { parts: [heard(null)] })
  assert.deepEqual(bed.story(), ['raised risk:heart-sound low on'])
  assert.deepEqual(
    bed.alerts[0]?.reasons.map(({ code }) => code),
    ['risk:heart-sound', 'share:ward-hybrid:pcg', 'murmur_present'],
  )
})

test('a risk tells its interval, and what lowers it with its sign', () => {
  const bed = new Bedside()
  const part = { version: '1', modalities: [], findings: [] }
  const parts = [
    { ...part, scorer: 'news2', score: 0.6, share: 0.6 },
    { ...part, scorer: 'ward-hybrid:notes', score: null, share: -0.02 },
    { ...part, scorer: 'heart-sound', score: null, share: 0 },
  ]
  bed.prediction(0, { risk: 0.58, riskLow: 0.51, riskHigh: 0.64, parts })
  assert.deepEqual(
    bed.alerts[0]?.reasons.map(({ text, value }) => [text, value]),
    [
      ['risk (news2) 0.58 (0.51 to 0.64) at or above 0.5', 0.58],
      ['news2 0.60, share 0.60', 0.6],
      ['ward-hybrid:notes gave no score, share -0.02', -0.02],
      ['heart-sound gave no score', null],
    ],
  )
})

test('three windows without a model raise, one with it ends', () => {
  const bed = new Bedside()
  for (let w = 0; w < 3; w++) bed.prediction(w, { missing: [{ input: 'pcg', reason: 'MODEL_DOWN' }] })
  bed.prediction(3, {})
  assert.deepEqual(bed.story(), ['raised technical:model_down low on', 'cleared technical:model_down low off'])
})

test('a silent heart-sound feed is low', () => {
  const bed = new Bedside()
  const source = { modality: 'pcg' as const, feedId: 's', readings: 0, lastEventTimeMs: START_MS }
  bed.prediction(3, { sources: [{ ...source, state: 'idle' }] })
  bed.prediction(4, { sources: [{ ...source, state: 'live' }] })
  assert.deepEqual(bed.story(), ['raised technical:feed_idle:pcg low on', 'cleared technical:feed_idle:pcg low off'])
})

test('silence is told by when it began, however late it is noticed', () => {
  const bed = new Bedside()
  bed.vitals(0, { hr: 80 })
  for (let s = 1; s <= 31; s++) bed.time(s)
  const idle = bed.alerts.filter(({ transition }) => transition !== 'cleared')
  assert.deepEqual(
    idle.map(({ onsetTimeMs, reasons: [reason] }) => [onsetTimeMs, reason?.value, reason?.unit, reason?.text]),
    idle.map(() => [START_MS, START_MS, 'ms since 1970', `no vitals since ${new Date(START_MS).toISOString()}`]),
  )
  assert.equal(idle.length, 2)
})

test('commands that cannot be followed change nothing and say why', () => {
  const bed = new Bedside()
  const low = { code: 'hr', low: 100, high: 90, priority: 'medium' as const, conditionDelayMs: 0 }
  for (const [changes, code] of [
    [{ action: 'acknowledge', alertId: 'nobody' }, 'ALERT_UNKNOWN'],
    [{ action: 'set_limit', limit: low }, 'REQUEST_INVALID'],
    [{ action: 'set_limit', limit: { ...low, code: 'iq', high: null } }, 'REQUEST_INVALID'],
    [{ action: 'pause_audio', durationMs: -1 }, 'REQUEST_INVALID'],
  ] as const) {
    bed.command(0, changes)
    const event = bed.events.at(-1)
    assert.ok(event)
    const { refused, alerts } = next(freshState('p1'), event, RULES)
    assert.equal(refused, code)
    assert.deepEqual(alerts, [])
  }
  assert.deepEqual(bed.state.limits, [])
})

test('a limit that a person widens takes the urgent band of the unit with it', () => {
  const own = { code: 'spo2', low: 80, high: null, priority: 'medium' as const, conditionDelayMs: 0 }
  const lows = bandsOf('spo2', [own], DEFAULT_LIMITS).map(({ limit, priority }) => [priority, limit])
  assert.deepEqual(lows, [
    ['medium', 80],
    ['high', 80],
  ])
})

test('who leaves the bed takes the alerts along, and a reading that is read again raises nothing', () => {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 80 })
  const first = bed.events[0]
  bed.apply({ type: 'context', topic: 'patient-context', offset: 0, appendTimeMs: START_MS, context: null })
  assert.equal(bed.story().at(-1), 'cleared limit:spo2:low high off')
  assert.ok(first)
  assert.deepEqual(bed.apply(first), [])
})

const sample = fc.record({
  hr: fc.constantFrom(30, 45, 80, 125, 150, null, 900),
  spo2: fc.constantFrom(70, 88, 90, 91, 97, null),
  gapS: fc.integer({ min: 1, max: 15 }),
  acknowledge: fc.constantFrom('', '', '', 'limit:hr:high', 'limit:spo2:low'),
})
const stay = fc.array(sample, { minLength: 1, maxLength: 40 })
type Stay = (typeof sample extends fc.Arbitrary<infer T> ? T : never)[]

function lived(samples: Stay): Bedside {
  const bed = new Bedside()
  let s = 0
  for (const { hr, spo2, gapS, acknowledge } of samples) {
    s += gapS
    bed.time(s)
    bed.vitals(s, { hr, spo2 })
    if (acknowledge !== '') bed.acknowledge(s, acknowledge)
  }
  return bed
}

function replayed(events: readonly RaiseEvent[], times: number): { state: AlertState; ids: string[] } {
  let state = freshState('p1')
  const ids: string[] = []
  for (const event of events) {
    for (let time = 0; time < times; time++) {
      const { state: after, alerts } = next(state, event, RULES)
      state = after
      ids.push(...alerts.map((alert) => JSON.stringify(alert)))
    }
  }
  return { state, ids }
}

test('an event that comes twice raises nothing twice, and the state that came in is not touched', () => {
  fc.assert(
    fc.property(stay, (samples) => {
      const { events } = lived(samples)
      assert.deepEqual(replayed(events, 2), replayed(events, 1))
      const before = lived(samples).state
      const kept = structuredClone(before)
      for (const event of events) next(before, event, RULES)
      assert.deepEqual(before, kept)
    }),
    { numRuns: 100, seed: 7 },
  )
})

test('every alert walks a legal path: raised first, numbered without gaps, acknowledged only by a person, quiet only by a rule', () => {
  const legal: Record<string, readonly string[]> = {
    none: ['on'],
    on: ['on', 'latched', 'acknowledged', 'off'],
    latched: ['on', 'off', 'latched'],
    acknowledged: ['on', 'acknowledged', 'off'],
    off: [],
  }
  fc.assert(
    fc.property(stay, (samples) => {
      const bed = lived(samples)
      const presence = new Map<string, string>()
      const numbers = new Map<string, number>()
      for (const [index, alert] of bed.alerts.entries()) {
        assert.equal(alert.bedSequence, index + 1)
        const from = presence.get(alert.alertId) ?? 'none'
        const number = (numbers.get(alert.alertId) ?? 0) + 1
        assert.equal(alert.id, `${alert.alertId}-${number}`)
        assert.equal(number === 1, alert.transition === 'raised')
        assert.ok(legal[from]?.includes(alert.presence), `${from} to ${alert.presence}`)
        const urgent = alert.kind === 'physiological' && alert.priority !== 'low'
        if (urgent && from === 'on') assert.notEqual(alert.presence, 'off')
        presence.set(alert.alertId, alert.presence)
        numbers.set(alert.alertId, number)
      }
    }),
    { numRuns: 200, seed: 11 },
  )
})

test('readings of a topic that was made anew are watched at once, though their offsets were applied before', () => {
  const bed = new Bedside()
  for (let s = 0; s < 20; s++) bed.vitals(s, { spo2: 95 })
  const anew = (offset: number, atS: number) =>
    bed.apply({
      type: 'vitals',
      topic: 'vitals',
      offset,
      appendTimeMs: START_MS + atS * 1_000,
      timing: 'plausible',
      reading: vitals(atS, { spo2: 70 }),
    })
  assert.deepEqual(told(anew(5, 19)), [], 'a second reading of the same topic changes nothing')
  assert.deepEqual(told(anew(0, 60)), ['raised limit:spo2:low high on'])
})
