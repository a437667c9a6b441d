import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { outbound } from '../../src/ingest/outbound.ts'
import type { Limit } from '../../src/records.ts'
import type { BedView } from '../../src/watch/events.ts'
import { alertState, context } from './ward-records.ts'
import { ask, type Client, openWard, until, type WardUnderTest } from './ward-under-test.ts'

const HR: Limit = { code: 'hr', low: 60, high: 110, priority: 'medium', conditionDelayMs: 10_000 }

describe('a limit that a person sets', () => {
  let ward: WardUnderTest
  let screen: Client
  before(async () => {
    ward = await openWard()
    await ward.log.append([outbound('patient-context', context({ patientId: 'p1', bedId: '1' }))])
    await until(async () => (await bed()) !== null)
    screen = await ward.connect()
  })
  after(() => ward.close())

  const bed = async (): Promise<BedView | null> => {
    const response = await fetch(`${ward.url}/api/beds/p1`)
    return response.ok ? ((await response.json()) as BedView) : null
  }
  /** Raise, as far as it matters here: it takes the command, with these limits afterwards. */
  const reach = (commandId: string, limits: Limit[], bedSequence: number): Promise<unknown> => {
    const limitChanges = limits.map(({ code, priority }) => ({ code, priority, userId: 'nurse-1', atMs: 5 }))
    const state = { patientId: 'p1', appliedCommandIds: [commandId], limits, limitChanges, bedSequence }
    return ward.log.append([outbound('alert-state', alertState(state))])
  }
  const set = (commandId: string, low: number | null, high: number | null) =>
    ask(screen, 'set-limit', { patientId: 'p1', code: 'hr', low, high, commandId })

  it('is answered when it stands in the patient’s state, and the bed says who set it', async () => {
    const answer = set('c1', 60, 110)
    let answered = false
    void answer.then(() => (answered = true))
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(answered, false, 'not before it holds')
    await reach('c1', [HR], 1)
    assert.deepEqual(await answer, { ok: true })
    await until(async () => (await bed())?.limitChanges?.length === 1)
    assert.deepEqual((await bed())?.limitChanges, [{ code: 'hr', priority: 'medium', userId: 'nurse-1', atMs: 5 }])
    assert.deepEqual(
      (await bed())?.unitLimits?.filter(({ code, priority }) => code === 'hr' && priority === 'medium'),
      [{ ...HR, low: 50, high: 120 }],
    )
  })

  it('that was not taken is refused', async () => {
    const answer = set('c2', 70, 100)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await reach('c2', [HR], 2)
    assert.equal(((await answer) as unknown as { code: string }).code, 'REQUEST_INVALID')
  })

  it('that does not come to hold in time is said to be unconfirmed', async () => {
    assert.equal(((await set('c3', 70, 100)) as unknown as { code: string }).code, 'COMMAND_UNCONFIRMED')
  })

  it('outside what the numeric can be is refused at the door', async () => {
    const startedMs = performance.now()
    assert.equal(((await set('c4', null, 351)) as unknown as { code: string }).code, 'REQUEST_INVALID')
    assert.ok(performance.now() - startedMs < 1_000, 'without waiting')
  })

  it('with a hypercapnic target the unit’s SpO2 limit is that target', async () => {
    const changes = { patientId: 'p1', bedId: '1', hypercapnicTarget: true }
    await ward.log.append([outbound('patient-context', context(changes))])
    const spo2 = async (): Promise<number | null | undefined> =>
      (await bed())?.unitLimits?.find(({ code, priority }) => code === 'spo2' && priority === 'medium')?.low
    await until(async () => (await spo2()) === 88)
  })
})
