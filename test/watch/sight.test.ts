import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { LostFeed, SystemView } from '../../src/watch/events.ts'
import type { Role } from '../../src/watch/person.ts'
import { alert, context, vitals } from './ward-records.ts'
import { ask, next, openWard, type WardUnderTest } from './ward-under-test.ts'

const clock = new SystemClock()
const FEED_IDLE_MS = 300

describe('who sees one unit', () => {
  let ward: WardUnderTest
  let nurse = ''
  let admin = ''

  const person = (roles: Role[], units: string[] | 'all'): string =>
    ward.cookieOf({ id: `of-${String(units)}`, roles, units })
  const screensOf = async (alertId: string): Promise<unknown[]> => {
    const answer = await fetch(`${ward.url}/api/alerts/${alertId}/screens`, { headers: { cookie: admin } })
    assert.equal(answer.status, 200)
    return (await answer.json()) as unknown[]
  }

  before(async () => {
    ward = await openWard({ feedIdleMs: FEED_IDLE_MS })
    nurse = person(['nurse'], ['A'])
    admin = person(['admin'], 'all')
    for (const unitId of ['A', 'B', '']) {
      const patientId = `patient-${unitId}`
      await ward.log.append([
        outbound('patient-context', context({ patientId, unitId, bedId: `bed of ${patientId}` })),
        outbound('vitals', vitals(clock.nowMs(), { patientId, feedId: `${patientId}/vitals` })),
        outbound('alerts', alert(`alert-${unitId}`, 1, { patientId, unitId })),
      ])
    }
  })
  after(() => ward.close())

  it('is told of that unit’s lost feeds and of those of none, with the board, every second and by the API', async () => {
    const feedsOf = (system: SystemView): string[] => (system.feedsLost ?? []).map(({ feedId }: LostFeed) => feedId)
    const everywhere = async (cookie: string): Promise<string[][]> => {
      const screen = await ward.connect({ cookie })
      const told = await next(screen, 'system', (system) => feedsOf(system).length > 1)
      const answer = (await ask(screen, 'watch', {})) as unknown as { ward: { system: SystemView } }
      const read = await fetch(`${ward.url}/api/ward`, { headers: { cookie } })
      screen.disconnect()
      const { system } = (await read.json()) as { system: SystemView }
      return [told, answer.ward.system, system].map((each) => feedsOf(each).sort())
    }
    await clock.sleep(FEED_IDLE_MS)
    const own = ['patient-/vitals', 'patient-A/vitals']
    assert.deepEqual(await everywhere(admin), Array(3).fill([...own, 'patient-B/vitals']))
    assert.deepEqual(await everywhere(nurse), Array(3).fill(own))
  })

  it('is believed to show that unit’s alerts, and no others', async () => {
    const screen = await ward.connect({ cookie: nurse })
    const atMs = clock.nowMs()
    const ids = ['alert-A-1', 'alert-B-1', 'alert--1', 'alert-of-nobody-1']
    const painted = ids.map((id) => ({ id, atMs }))
    assert.ok((await ask(screen, 'shown', { visible: true, painted, standing: [] })).ok)
    assert.ok((await ask(screen, 'shown', { visible: true, painted: [], standing: ids })).ok)
    assert.equal((await screensOf('alert-A')).length, 1)
    assert.equal((await screensOf('alert-')).length, 1, 'of no unit is everyone’s')
    assert.deepEqual(await screensOf('alert-B'), [])
    screen.disconnect()
  })
})
