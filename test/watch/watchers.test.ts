import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { outbound } from '../../src/ingest/outbound.ts'
import type { Person } from '../../src/watch/person.ts'
import type { ScreenUse } from '../../src/watch/shown.ts'
import { Ward } from '../../src/watch/ward.ts'
import type { Watching } from '../../src/watch/watchers.ts'
import { context } from './ward-records.ts'
import { ask, next, openWard, until } from './ward-under-test.ts'

const nurse = (name: string, ...units: string[]): Person => ({ id: name, name, roles: ['nurse'], units })
const admin: Person = { id: 'root', name: 'Root', roles: ['admin'], units: 'all' }
const wall: Person = { id: 'wall-1', name: 'Corridor', roles: ['kiosk'], units: ['A'] }

describe('who watches', () => {
  let ward: Ward
  let nowMs: number

  const watch = (screenId: string, person: Person, use?: Partial<ScreenUse>, unitId?: string): void => {
    ward.watchers.asked(screenId, person, { unitId })
    say(screenId, use)
  }
  const say = (screenId: string, use: Partial<ScreenUse> = {}, visible = true): void =>
    ward.watchers.said(screenId, { visible, use: { sound: false, wall: false, ...use } }, nowMs)
  const lines = (person: Person): string[] =>
    ward.watchers
      .seenBy(person)
      .screens.map(({ name, units, bedId, wall: hangs, visible, sound }) =>
        [name, units?.join('+') ?? 'all', bedId ?? '', hangs && 'wall', visible || 'hidden', sound && 'sound']
          .filter((word) => typeof word === 'string' && word !== '')
          .join(' '),
      )
  const silent = (person: Person): string[] => ward.watchers.seenBy(person).silentUnits

  beforeEach(() => {
    ward = new Ward()
    nowMs = 0
    for (const unitId of ['A', 'B']) ward.beds.admit(context({ patientId: `p${unitId}`, unitId, bedId: `${unitId}1` }))
  })

  it('are the people whose pages say what they show; a script that watches, and a page that asked for nothing, are none', () => {
    watch('1', nurse('Ann', 'A'), { sound: true })
    ward.watchers.asked('script', nurse('Script', 'A'), {})
    say('feeds page')
    assert.deepEqual(lines(admin), ['Ann A sound'])
    ward.watchers.gone('1')
    assert.deepEqual(lines(admin), [])
  })

  it('are told by the units and the bed of who asks, and by nothing of others', () => {
    watch('1', nurse('Ann', 'A', 'B'), {})
    watch('2', nurse('Bob', 'B'), { sound: true })
    watch('3', admin, {})
    ward.watchers.asked('1', nurse('Ann', 'A', 'B'), { patientId: 'pB' })
    assert.deepEqual(lines(nurse('Cem', 'A')), ['Ann A', 'Root A'], 'that Ann looks at a bed of B is not told')
    assert.deepEqual(lines(admin), ['Root all', 'Ann A+B B1', 'Bob B sound'])
    assert.deepEqual(lines(nurse('Dora', 'C')), ['Root C'])
  })

  it('are told by the unit that was chosen for the board, unless the person does not see it', () => {
    watch('1', admin, { unitId: 'B' })
    watch('2', nurse('Ann', 'A'), { unitId: 'B' })
    watch('3', wall, { wall: true }, 'A')
    watch('4', admin, { unitId: 'a unit without beds' })
    assert.deepEqual(lines(admin), ['Root all', 'Ann A', 'Corridor A wall', 'Root B'])
  })

  it('are out of sight when they say so, or say nothing for five seconds', () => {
    watch('1', nurse('Ann', 'A'), { sound: true })
    watch('2', nurse('Bob', 'A'), { sound: true })
    say('2', { sound: true }, false)
    assert.deepEqual(lines(admin), ['Ann A sound', 'Bob A hidden sound'])
    assert.equal(ward.watchers.seenBy(admin).inSight, 1)
    ward.watchers.look(5_000)
    assert.equal(lines(admin)[0], 'Ann A sound')
    ward.watchers.look(5_001)
    assert.equal(lines(admin)[0], 'Ann A hidden sound')
  })

  it('are 64 at most, and the rest is counted', () => {
    for (let one = 0; one < 70; one++) watch(String(one), nurse(`Nurse ${one}`, 'A'))
    const { screens, more, inSight } = ward.watchers.seenBy(admin)
    assert.deepEqual([screens.length, more, inSight], [64, 6, 70])
    assert.deepEqual([screens[2]?.name, screens[10]?.name], ['Nurse 2', 'Nurse 10'])
  })

  it('leave a unit unheard whose screens have no sound, cannot be seen, or watch another', () => {
    assert.deepEqual(silent(admin), ['A', 'B'], 'nobody is there')
    watch('1', nurse('Ann', 'A'), { sound: true })
    assert.deepEqual([silent(admin), silent(nurse('Cem', 'A')), silent(nurse('Dora', 'C'))], [['B'], [], []])
    say('1', { sound: false })
    assert.deepEqual(silent(admin), ['A', 'B'], 'sound was taken away')
    say('1', { sound: true }, false)
    assert.deepEqual(silent(admin), ['A', 'B'], 'it cannot be seen')
    watch('2', admin, { sound: true, unitId: 'B' })
    assert.deepEqual(silent(admin), [], 'a board sounds all that it watches, whichever beds it draws')
    watch('2', admin, { sound: true }, 'B')
    assert.deepEqual(silent(admin), ['A'], 'a wall screen watches one unit')
    ward.watchers.look(5_001)
    assert.deepEqual(silent(admin), ['A', 'B'], 'nothing was said for long')
    ward.watchers.said('2', { visible: true }, 6_000)
    assert.deepEqual(silent(admin), ['A', 'B'], 'who does not say it sounds nothing')
  })
})

describe('the screens of a ward', () => {
  it('are told once a second to every screen, by the units of who is at it', async () => {
    const ward = await openWard()
    const bed = (unitId: string) => outbound('patient-context', context({ patientId: `p${unitId}`, unitId }))
    await ward.log.append([bed('A'), bed('B')])
    const cookie = (id: string, unit: string): string => ward.cookieOf({ id, roles: ['nurse'], units: [unit] })
    const [ann, bob] = [
      await ward.connect({ cookie: cookie('ann', 'A') }),
      await ward.connect({ cookie: cookie('bob', 'B') }),
    ]
    for (const client of [ann, bob]) await ask(client, 'watch', {})
    const shown = { visible: true, painted: [], standing: [] }
    assert.ok((await ask(ann, 'shown', { ...shown, use: { sound: true, wall: false } })).ok)
    const told = async (client: typeof ann, holds: (watching: Watching | undefined) => boolean): Promise<Watching> => {
      const { watching } = await next(client, 'system', (system) => holds(system.watching))
      assert.ok(watching)
      return watching
    }
    const ofAnn = await told(ann, (watching) => watching?.inSight === 1)
    const self = { name: 'Name of ann', units: ['A'], bedId: null, wall: false, visible: true, sound: true }
    assert.deepEqual(ofAnn, { screens: [self], more: 0, inSight: 1, silentUnits: [] })
    assert.deepEqual(await told(bob, () => true), { screens: [], more: 0, inSight: 0, silentUnits: ['B'] })
    assert.equal((await ask(ann, 'shown', { ...shown, use: { sound: 1, wall: false } })).ok, false)
    await ask(ann, 'shown', { ...shown, visible: false, use: { sound: true, wall: false } })
    await told(ann, (watching) => watching?.silentUnits.join() === 'A')
    ann.disconnect()
    const answer = await fetch(`${ward.url}/api/ward`, { headers: { cookie: cookie('bob', 'B') } })
    assert.ok(answer.ok)
    await until(async () => {
      const body = (await (
        await fetch(`${ward.url}/api/ward`, { headers: { cookie: cookie('ann', 'A') } })
      ).json()) as {
        system: { watching: Watching }
      }
      return body.system.watching.screens.length === 0
    })
    await ward.close()
  })
})
