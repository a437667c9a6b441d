import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { AlertCommand, AuditEntry } from '../../src/records.ts'
import type { BedNoiseView } from '../../src/watch/load-routes.ts'
import type { LoadView } from '../../src/watch/load-view.ts'
import { alert, alertState, context } from './ward-records.ts'
import { ask, type Client, openWard, until, type WardUnderTest } from './ward-under-test.ts'

const clock = new SystemClock()
const MINUTE = 60_000
const HOVERING = [121, 122, 122, 123, 123, 124, 124, 125, 131, 134]

describe('the load of alarms, asked for', () => {
  let ward: WardUnderTest
  let screen: Client
  let admin = ''
  const startedMs = clock.nowMs()

  before(async () => {
    ward = await openWard({}, null, async (log, past) => {
      for (const [index, value] of HOVERING.entries()) {
        past.agoMs = (HOVERING.length - index) * 10 * MINUTE
        const reasons = [{ code: 'hr', text: '', value, limit: 120, unit: '/min' }]
        const of = { condition: 'limit:hr:high', priority: 'medium', assignedTo: 'ann', reasons } as const
        const raised = (patientId: string, unitId: string) =>
          outbound('alerts', alert(`${patientId} ${index}`, index + 1, { ...of, patientId, unitId }))
        await log.append([raised('p1', 'icu'), raised('p2', 'ward 2')])
      }
    })
    admin = ward.cookieOf({ id: 'boss', roles: ['admin'], units: 'all' })
    const bed = (patientId: string, unitId: string) =>
      outbound('patient-context', context({ patientId, unitId, bedId: `bed of ${patientId}` }))
    await ward.log.append([bed('p1', 'icu'), bed('p2', 'ward 2')])
    await until(async () => (await load()).limits.length === 2 && (await load()).nurses[0]?.alarms === 20)
    screen = await ward.connect({ cookie: admin })
  })
  after(() => ward.close())

  const get = async <T>(path: string, cookie = admin): Promise<T> => {
    const answer = await fetch(ward.url + path, { headers: { cookie } })
    return (await answer.json()) as T
  }
  const load = (query = '', cookie = admin): Promise<LoadView> => get(`/api/load${query}`, cookie)
  const noise = async (patientId: string): Promise<BedNoiseView['limit']> =>
    (await get<BedNoiseView>(`/api/beds/${patientId}/noise`)).limit
  const said = async (accept: (command: AlertCommand) => boolean): Promise<AlertCommand | undefined> => {
    for await (const record of ward.log.readAll('alert-commands')) {
      const command = readRecord('alert-commands', record)
      if (command.ok && accept(command.record)) return command.record
    }
    return undefined
  }

  it('is by nurse and bed, with since when it has been read', async () => {
    const view = await load()
    assert.equal(view.whole, true)
    assert.ok(Math.abs(view.readSinceMs - (startedMs - 100 * MINUTE)) < MINUTE)
    assert.ok(view.asOfMs >= startedMs)
    assert.deepEqual(
      view.nurses.map(({ userId, alarms, generationMode }) => [userId, alarms, generationMode]),
      [['ann', 20, 'test']],
    )
    assert.deepEqual(
      view.limits.map(({ patientId, raised, suggestion }) => [patientId, raised, suggestion]),
      ['p1', 'p2'].map((patientId) => [patientId, 10, { to: 125, spared: 8 }]),
    )
    assert.deepEqual(
      await noise('p1'),
      view.limits.find(({ patientId }) => patientId === 'p1'),
    )
  })

  it('is of one unit where that is asked for', async () => {
    const view = await load('?unitId=icu')
    assert.equal(view.nurses[0]?.alarms, 10)
    assert.deepEqual(
      view.limits.map(({ patientId }) => patientId),
      ['p1'],
    )
  })

  it('is the same after a restart, because the log is read again', async () => {
    const before = await load()
    await ward.restart()
    await until(async () => (await load()).nurses[0]?.alarms === 20)
    const { nurses, limits } = await load()
    assert.deepEqual([nurses[0]?.userId, nurses[0]?.alarms], ['ann', 20])
    assert.deepEqual(
      limits.map(({ suggestion }) => suggestion),
      before.limits.map(({ suggestion }) => suggestion),
    )
    screen = await ward.connect({ cookie: admin })
  })

  it('is looked at by who has the unit, and that is in the audit', async () => {
    const cookie = ward.cookieOf({ id: 'nora', roles: ['nurse'], units: ['ward 2'] })
    const view = await load('', cookie)
    assert.equal(view.nurses[0]?.alarms, 10)
    assert.deepEqual(
      view.limits.map(({ patientId }) => patientId),
      ['p2'],
    )
    assert.deepEqual((await load('?unitId=icu', cookie)) as unknown, {
      code: 'NOT_ALLOWED',
      message: ((await load('?unitId=icu', cookie)) as unknown as { message: string }).message,
    })
    await load('?unitId=ward%202', cookie)
    await get('/api/beds/p2/noise', cookie)
    const rows: Pick<AuditEntry, 'action' | 'unitId' | 'patientId'>[] = []
    await until(async () => {
      rows.length = 0
      for await (const record of ward.log.readAll('audit')) {
        const entry = readRecord('audit', record)
        if (entry.ok && entry.record.userId === 'nora' && entry.record.kind === 'view') rows.push(entry.record)
      }
      return rows.length === 3
    })
    assert.deepEqual(
      rows.map(({ action, unitId, patientId }) => [action, unitId, patientId]).sort(),
      [
        ['view-load', null, null],
        ['view-load', 'ward 2', null],
        ['view-load', null, 'p2'],
      ].sort(),
    )
  })

  it('a suggestion that is left is a command with the limit that stays, and is not made again', async () => {
    const nothing = await ask(screen, 'leave-suggestion', { patientId: 'p2', code: 'spo2' })
    assert.equal((nothing as unknown as { code: string }).code, 'REQUEST_INVALID')
    const request = { patientId: 'p2', code: 'hr', reason: 'sepsis is not ruled out' }
    assert.deepEqual(await ask(screen, 'leave-suggestion', request), { ok: true })
    const left = await said(({ action }) => action === 'leave_suggestion')
    const limit = { code: 'hr', low: null, high: 120, priority: 'medium', conditionDelayMs: 10_000 }
    assert.deepEqual([left?.patientId, left?.reason, { ...left?.limit }], ['p2', request.reason, limit])
    await until(async () => (await noise('p2'))?.suggestion.to === null)
    assert.deepEqual((await noise('p2'))?.suggestion, { to: null, why: 'left' })
    const again = await ask(screen, 'leave-suggestion', request)
    assert.equal((again as unknown as { code: string }).code, 'REQUEST_INVALID')
  })

  it('a suggestion that is taken is a limit that a person sets, with what it rests on', async () => {
    const reason = 'suggested: HR > 120 raised 10 times'
    const taken = ask(screen, 'set-limit', { patientId: 'p1', code: 'hr', low: 50, high: 125, reason })
    await until(async () => (await said(({ action }) => action === 'set_limit')) !== undefined)
    const command = await said(({ action }) => action === 'set_limit')
    assert.ok(command?.limit)
    assert.deepEqual([command.reason, command.limit.high], [reason, 125])
    const state = { patientId: 'p1', appliedCommandIds: [command.commandId], limits: [command.limit], bedSequence: 11 }
    await ward.log.append([outbound('alert-state', alertState(state))])
    assert.deepEqual(await taken, { ok: true })
    await until(async () => (await noise('p1')) === null)
  })
})
