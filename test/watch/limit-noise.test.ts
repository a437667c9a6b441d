import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DEFAULT_LIMITS, SETTLING } from '../../src/raise/default-limits.ts'
import { isSettable, type Side } from '../../src/raise/limit-band.ts'
import type { NumericCode } from '../../src/reading.ts'
import type { Alert, AlertCommand, Limit } from '../../src/records.ts'
import { effectiveLimits } from '../../src/watch/effective-limits.ts'
import type { BedView } from '../../src/watch/events.ts'
import { LimitNoise } from '../../src/watch/limit-noise.ts'
import { LEAST_RAISES, type NoisyLimit, noisyLimit } from '../../src/watch/limit-suggestion.ts'
import { alert, context } from './ward-records.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = 1_800_000_000_000
const HR_120: Limit = { code: 'hr', low: 50, high: 120, priority: 'medium', conditionDelayMs: 10_000 }

function bed(changes: Partial<BedView> = {}): BedView {
  return {
    ...{ patientId: 'patient-1', unitId: 'icu', bedId: 'icu-1', context: context(), vitals: null, prediction: null },
    ...{ alerts: [], bedSequence: 0, audioPausedUntilMs: null, limits: [], limitChanges: [] },
    ...{ effectiveLimits: effectiveLimits([]), unitLimits: effectiveLimits([]) },
    ...changes,
  }
}

interface Crossed {
  code?: NumericCode
  side?: Side
  limit?: number
  at?: number
  lastsMs?: number
  alert?: Partial<Alert>
}

/** A bed whose values hover round a limit, told by hand. */
class Hovering {
  readonly noise = new LimitNoise()
  #sequence = 0

  /** One medium alarm that is over after a while, each an alert of its own. */
  raise(minutesAgo: number, value: number, crossed: Crossed = {}): Alert {
    const { code = 'hr', side = 'high', limit = 120, lastsMs = 40_000 } = crossed
    const atMs = NOW - minutesAgo * MINUTE
    const changes: Partial<Alert> = {
      condition: `limit:${code}:${side}`,
      priority: 'medium',
      eventTimeMs: atMs,
      reasons: [{ code, text: '', value, limit, unit: '' }],
      ...crossed.alert,
    }
    const id = `a${++this.#sequence}`
    const raised = alert(id, this.#sequence * 10, changes)
    this.noise.take(raised, atMs)
    const over: Partial<Alert> = { transition: 'cleared', presence: 'off', conditionPresent: false }
    this.noise.take(
      alert(id, this.#sequence * 10 + 1, { ...changes, ...over, eventTimeMs: atMs + lastsMs }),
      atMs + lastsMs,
    )
    return raised
  }

  /** Ten minutes apart, the last ten minutes ago. */
  raises(values: readonly number[], crossed: Crossed = {}): Alert[] {
    return values.map((value, index) => this.raise((values.length - index) * 10, value, crossed))
  }

  command(minutesAgo: number, action: AlertCommand['action'], limit: Limit = HR_120): void {
    const said = { patientId: 'patient-1', userId: 'ann', issuedAtMs: 0, alertId: null, durationMs: null, label: null }
    const commandId = `c${++this.#sequence}`
    this.noise.command({ ...said, reason: null, assignee: null, commandId, action, limit }, NOW - minutesAgo * MINUTE)
  }

  found(changes: Partial<BedView> = {}, atMs = NOW, readSinceMs = 0): NoisyLimit | null {
    return noisyLimit(this.noise, bed(changes), atMs, readSinceMs)
  }

  why(changes: Partial<BedView> = {}, atMs = NOW): string {
    const { suggestion } = this.found(changes, atMs) ?? { suggestion: null }
    return suggestion === null ? 'nothing raised' : suggestion.to === null ? suggestion.why : `to ${suggestion.to}`
  }
}

const TEN = [121, 122, 122, 123, 123, 124, 124, 125, 131, 134]
const hovering = (values: readonly number[] = TEN, crossed: Crossed = {}): Hovering => {
  const told = new Hovering()
  told.raises(values, crossed)
  return told
}

describe('the noisiest limit of a bed', () => {
  it('is told with how often it raised, what nobody acted on, the median and how long it lasted', () => {
    const told = hovering()
    told.raise(5, 89, { code: 'spo2', side: 'low', limit: 90 })
    assert.deepEqual(told.found(), {
      ...{ patientId: 'patient-1', unitId: 'icu', bedId: 'icu-1', generationMode: 'test', code: 'hr', side: 'high' },
      ...{
        limit: 120,
        now: { low: 50, high: 120 },
        fromMs: NOW - 8 * HOUR,
        raised: 10,
        actedOn: 0,
        median: 123.5,
        lastedMs: 40_000,
      },
      suggestion: { to: 125, spared: 8 },
    })
  })

  it('counts eight hours, and says since when if less has been read', () => {
    const told = new Hovering()
    for (const minutesAgo of [481, 480, 479, 3]) told.raise(minutesAgo, 125)
    assert.equal(told.found()?.raised, 2)
    assert.equal(told.found({}, NOW, NOW - HOUR)?.fromMs, NOW - HOUR)
    told.noise.forget(NOW + 17 * HOUR)
    assert.deepEqual(told.noise.stories('patient-1'), [])
  })

  it('counts the alarms of the limit that holds now, and none of one that was there before', () => {
    const told = hovering()
    const limits = [{ ...HR_120, high: 125 }]
    assert.equal(told.found({ effectiveLimits: effectiveLimits(limits) }), null)
    told.raise(2, 127, { limit: 125 })
    assert.equal(told.found({ effectiveLimits: effectiveLimits(limits) })?.raised, 1)
  })

  it('is of medium alarms: a high one is never counted, nor a risk, nor equipment', () => {
    const told = hovering(TEN, { alert: { priority: 'high' } })
    told.raise(5, 0.6, { alert: { condition: 'risk:combined' } })
    told.raise(5, 0, { alert: { condition: 'technical:lead_off:ecg', kind: 'technical' } })
    assert.equal(told.found(), null)
  })

  it('counts an alarm that comes back as often as it calls, once each however often it is read', () => {
    const told = new Hovering()
    const raised = told.raise(50, 125)
    const again = { ...raised, id: 'again', transition: 'repeated' as const }
    for (const one of [raised, again, again]) told.noise.take(one, NOW - 40 * MINUTE)
    assert.equal(told.found()?.raised, 2)
  })

  it('is gone with the patient', () => {
    const told = hovering()
    told.noise.discharge('patient-1')
    assert.equal(told.found(), null)
  })
})

describe('a suggested limit', () => {
  it('lets four of five of the values pass, in the step that screens show, and never nearer', () => {
    assert.equal(hovering().why(), 'to 125')
    assert.equal(hovering(TEN.map((value) => value - 0.4)).why(), 'to 125')
    const temp = { code: 'temp', limit: 39 } as const
    assert.equal(hovering([39.1, 39.1, 39.1, 39.1, 39.2, 39.2, 39.2, 39.24], temp).why(), 'to 39.2')
    const spo2 = { code: 'spo2', side: 'low', limit: 90 } as const
    assert.equal(hovering([89, 89, 89, 89, 89, 88, 88, 88, 88, 87], spo2).why(), 'to 88')
  })

  it('is not there for few, nor for many at once', () => {
    assert.equal(hovering(TEN.slice(0, LEAST_RAISES - 1)).why(), 'few')
    const burst = new Hovering()
    for (let index = 0; index < 10; index++) burst.raise(20 + index * 3, 123)
    assert.equal(burst.why(), 'few')
    burst.raise(50, 123)
    assert.equal(burst.why(), 'to 123')
    const late = new Hovering()
    for (let index = 0; index < 10; index++)
      late.raise(1, 123, { alert: { eventTimeMs: NOW - (100 - index * 10) * MINUTE } })
    assert.equal(late.why(), 'few', 'what came late and all at once was heard at once')
  })

  it('is not there where anybody acted: accepted, handed on, called it right, or changed the limit', () => {
    const answer = (kind: 'accepted' | 'rejected' | 'escalated') => ({ kind, userId: 'ann', atMs: 0, reason: null })
    const afterwards = (changes: Partial<Alert>): string => {
      const told = new Hovering()
      const [first] = told.raises(TEN)
      assert.ok(first)
      told.noise.take({ ...first, id: 'x', ...changes }, NOW - 30 * MINUTE)
      return told.why()
    }
    const acknowledged = { transition: 'acknowledged', presence: 'acknowledged' } as const
    for (const kind of ['accepted', 'rejected', 'escalated'] as const)
      assert.equal(afterwards({ ...acknowledged, answer: answer(kind) }), 'acted_on', kind)
    assert.equal(afterwards({ transition: 'labelled', label: 'accepted' }), 'acted_on')
    assert.equal(afterwards({ transition: 'labelled', label: 'suctioned' }), 'acted_on')
    assert.equal(afterwards({ transition: 'labelled', label: 'rejected' }), 'to 125')
    assert.equal(afterwards(acknowledged), 'to 125', 'to silence is not to act')

    const changed = hovering()
    changed.command(41, 'set_limit')
    assert.equal(changed.found()?.actedOn, 1, 'the one nine minutes before')
    const later = hovering()
    later.command(0 - 1, 'set_limit')
    assert.equal(later.found()?.actedOn, 0, 'eleven minutes after the last')
    const other = hovering()
    other.command(41, 'set_limit', { ...HR_120, code: 'rr' })
    assert.equal(other.found()?.actedOn, 0)
  })

  it('is not there where an alarm of the limit was high or had gone up', () => {
    for (const alertOf of [{ priority: 'high' }, { escalationLevel: 1 }] satisfies Partial<Alert>[])
      for (const [minutesAgo, why] of [
        [4, 'worsened'],
        [479, 'worsened'],
        [481, 'to 125'],
      ] as const) {
        const told = new Hovering()
        told.raise(minutesAgo, 141, { alert: { ...alertOf, transition: 'priority_changed', presence: 'on' } })
        told.raises(TEN)
        assert.equal(told.why(), why, `${minutesAgo} min ago`)
      }
  })

  it('is not there for a child, nor where the age is not known', () => {
    assert.equal(hovering().why({ context: context({ ageBand: '4-8 years' }) }), 'child')
    assert.equal(hovering().why({ context: context({ ageBand: 'infant' }) }), 'child')
    assert.equal(hovering().why({ context: context({ ageBand: '' }) }), 'age_unknown')
    assert.equal(hovering().why({ context: null }), 'age_unknown')
  })

  it('is not there for a limit that somebody set within the hour', () => {
    const set = (minutesAgo: number) => {
      const change = { code: 'hr', priority: 'medium' as const, userId: 'ann', atMs: NOW - minutesAgo * MINUTE }
      return hovering().why({ limitChanges: [change] })
    }
    assert.equal(set(59), 'set_recently')
    assert.equal(set(60), 'to 125')
  })

  it('that would come near the high limit is said to, and no nearer one takes its place', () => {
    assert.equal(hovering(TEN.map((value) => value + 10)).why(), 'to 135')
    assert.equal(hovering(TEN.map((value) => value + 11)).why(), 'reaches_high')
    // Of the unit's high limit and one that somebody set for this patient the nearer one bounds.
    const high = (at: number) => ({ effectiveLimits: effectiveLimits([{ ...HR_120, priority: 'high', high: at }]) })
    assert.equal(hovering(TEN.map((value) => value + 20)).why(high(180)), 'reaches_high')
    assert.equal(hovering().why(high(129)), 'reaches_high')
    assert.equal(hovering().why(high(130)), 'to 125')
    const beyond = { effectiveLimits: effectiveLimits([{ ...HR_120, high: 150 }]) }
    const wide = TEN.map((value) => value + 32)
    assert.equal(hovering(wide, { limit: 150 }).why(beyond), 'reaches_high')
  })

  it('needs a high limit behind it', () => {
    const limits = [{ ...HR_120, code: 'pr' }]
    const told = hovering(TEN, { code: 'pr' })
    assert.equal(told.why({ effectiveLimits: effectiveLimits(limits), limits }), 'no_high_limit')
  })

  it('that was left is left for eight hours, or until there are half as many alarms again', () => {
    const told = hovering()
    told.command(5, 'leave_suggestion', { ...HR_120, low: null })
    assert.equal(told.why(), 'left')
    for (let index = 0; index < 4; index++) told.raise(4 - index, 124)
    assert.equal(told.why(), 'left', '4 more than 10')
    told.raise(0, 124)
    assert.equal(told.why(), 'to 124', '5 more than 10')
    const other = hovering()
    other.command(5, 'leave_suggestion', { ...HR_120, low: null, high: 130 })
    assert.equal(other.why(), 'to 125', 'another limit was left')
  })

  it('that was left eight hours ago is there again, however many there were before', () => {
    const left = (minutesAgo: number): string => {
      const told = new Hovering()
      for (let index = 0; index < 30; index++) told.raise(500 + index, 123)
      told.command(minutesAgo, 'leave_suggestion')
      told.raises(TEN)
      return told.why()
    }
    assert.equal(left(479), 'left')
    assert.equal(left(480), 'to 125')
  })

  it('of any limit and values lies between the limit that holds and the high one, can be set, and spares four of five', () => {
    const medium = DEFAULT_LIMITS.filter(({ priority }) => priority === 'medium')
    const sides = medium.flatMap((limit) =>
      (['low', 'high'] as const).flatMap((side) => (limit[side] === null ? [] : [{ limit, side, at: limit[side] }])),
    )
    let suggested = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...sides),
        fc.array(fc.double({ min: 0.01, max: 1.2, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 3 }),
        ({ limit, side, at }, parts, acts) => {
          const code = limit.code as NumericCode
          const high = DEFAULT_LIMITS.find((one) => one.code === code && one.priority === 'high')?.[side] ?? at
          const told = hovering(
            parts.map((part) => at + part * (high - at)),
            { code, side, limit: at },
          )
          for (const isAct of acts) told.command(15, isAct ? 'set_limit' : 'leave_suggestion', { ...limit, code: 'pr' })
          const found = told.found()
          assert.equal(found?.raised, Math.min(parts.length, 47))
          assert.ok(found.actedOn <= found.raised)
          const { suggestion } = found
          if (suggestion.to === null) return
          suggested++
          const outward = side === 'high' ? 1 : -1
          assert.ok((suggestion.to - at) * outward > 0, 'never narrower')
          assert.ok((high - suggestion.to) * outward >= SETTLING[code].hysteresis, 'never at the high one')
          assert.ok(isSettable({ ...limit, [side]: suggestion.to }))
          assert.ok(suggestion.spared <= found.raised && suggestion.spared >= 0.8 * found.raised)
          assert.ok(found.raised >= LEAST_RAISES)
        },
      ),
      { numRuns: 400 },
    )
    assert.ok(suggested > 20, `${suggested} of 400 had one`)
  })
})
