import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { outbound } from '../../src/ingest/outbound.ts'
import type { Assignment } from '../../src/records.ts'
import type { BedView } from '../../src/watch/events.ts'
import type { NursesView } from '../../src/watch/nurse-view.ts'
import { PeopleStore } from '../../src/watch/people-store.ts'
import type { Role } from '../../src/watch/person.ts'
import { alertState, context } from './ward-records.ts'
import { ask, type Client, next, openWard, until, type WardUnderTest } from './ward-under-test.ts'

/** Two beds in unit A and one in B. */
const BEDS = { a1: 'A', a2: 'A', b1: 'B' } as const

/** A ward whose raise does what the test says: it takes a command, and this is assigned afterwards. */
async function openBeds(): Promise<{ ward: WardUnderTest; reach: Reach }> {
  const ward = await openWard()
  for (const [patientId, unitId] of Object.entries(BEDS))
    await ward.log.append([outbound('patient-context', context({ patientId, unitId, bedId: `bed ${patientId}` }))])
  let bedSequence = 0
  const reach: Reach = (patientId, commandId, userId) => {
    const assignment: Assignment | null = userId === null ? null : { userId, byUserId: 'charge', atMs: 5 }
    bedSequence++
    const unitId = BEDS[patientId]
    const state = { patientId, unitId, appliedCommandIds: [commandId], assignment, bedSequence }
    return ward.log.append([outbound('alert-state', alertState(state))])
  }
  return { ward, reach }
}
type Reach = (patientId: keyof typeof BEDS, commandId: string, userId: string | null) => Promise<unknown>

const codeOf = async (answer: Promise<unknown>): Promise<string> => {
  const { ok, code } = (await answer) as { ok: boolean; code?: string }
  return ok ? 'OK' : (code ?? '')
}

describe('assigning nurses', () => {
  let ward: WardUnderTest
  let reach: Reach
  let anna: Client
  const cookies: Record<string, string> = {}
  const person = (id: string, roles: Role[], units: string[] | 'all'): string =>
    (cookies[id] = ward.cookieOf({ id, roles, units }))

  before(async () => {
    ;({ ward, reach } = await openBeds())
    person('anna', ['nurse'], ['A'])
    person('ben', ['nurse'], ['B'])
    person('chief', ['admin'], 'all')
    person('quinn', ['quality'], ['A'])
    person('ed', ['engineer'], 'all')
    await until(async () => (await bed('a1')) !== null && (await bed('b1')) !== null)
    anna = await ward.connect({ cookie: cookies['anna'] ?? '' })
    await ask(anna, 'watch', {})
  })
  after(() => ward.close())

  async function bed(patientId: string): Promise<BedView | null> {
    const answer = await fetch(`${ward.url}/api/beds/${patientId}`, { headers: { cookie: cookies['chief'] ?? '' } })
    return answer.ok ? ((await answer.json()) as BedView) : null
  }
  async function nurses(id: string, query = ''): Promise<NursesView> {
    const answer = await fetch(`${ward.url}/api/nurses${query}`, { headers: { cookie: cookies[id] ?? '' } })
    return (await answer.json()) as NursesView
  }
  const assign = (client: Client, patientId: string, assignee: string | null, commandId: string): Promise<string> =>
    codeOf(ask(client, 'assign', { patientId, assignee, commandId }))
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50))

  it('is answered when it is in force, and every screen of the unit hears it', async () => {
    const other = await ward.connect({ cookie: cookies['chief'] ?? '' })
    await ask(other, 'watch', { unitId: 'A' })
    const heard = next(other, 'bed', ({ assignment }) => assignment?.userId === 'anna')
    const answer = assign(anna, 'a1', 'anna', 'c1')
    let answered = false
    void answer.then(() => (answered = true))
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(answered, false, 'not before it holds')
    await reach('a1', 'c1', 'anna')
    assert.equal(await answer, 'OK')
    assert.deepEqual((await heard).assignment, { userId: 'anna', byUserId: 'charge', atMs: 5 })
    assert.deepEqual((await bed('a1'))?.assignment, { userId: 'anna', byUserId: 'charge', atMs: 5 })
    assert.equal((await bed('a2'))?.assignment, null)
    const freed = next(other, 'bed', ({ patientId, assignment }) => patientId === 'a1' && assignment === null)
    const nobody = assign(anna, 'a1', null, 'c2')
    await settled()
    await reach('a1', 'c2', null)
    assert.equal(await nobody, 'OK')
    await freed
    other.disconnect()
  })

  it('of two at once the later holds, and the other is told', async () => {
    const answer = assign(anna, 'a1', 'anna', 'c3')
    await settled()
    await reach('a1', 'c3', 'chief')
    assert.equal(await answer, 'REQUEST_INVALID')
    assert.equal((await bed('a1'))?.assignment?.userId, 'chief')
  })

  it('to whom no patient of the unit can be given is refused, without a command', async () => {
    const startedMs = performance.now()
    for (const assignee of ['ben', 'quinn', 'ed', 'nobody-known', 'local'])
      assert.equal(await assign(anna, 'a1', assignee, `to ${assignee}`), 'ASSIGNEE_UNKNOWN', assignee)
    for (const assignee of ['', '   ', 'x'.repeat(101), 7])
      assert.equal(await codeOf(ask(anna, 'assign', { patientId: 'a1', assignee })), 'REQUEST_INVALID')
    assert.equal(await assign(anna, 'b1', 'anna', 'foreign'), 'PATIENT_UNKNOWN')
    assert.ok(performance.now() - startedMs < 1_500, 'nobody waited for raise')
    for await (const { key, value } of ward.log.readAll('alert-commands'))
      assert.ok(key !== 'b1' && !String(value).includes('nobody-known'))
  })

  it('offers those of the unit alone, with how many beds each has that the asker sees', async () => {
    const answer = assign(anna, 'a2', 'chief', 'c4')
    await settled()
    await reach('a2', 'c4', 'chief')
    await answer
    await reach('b1', 'c5', 'chief')
    await until(async () => (await bed('b1'))?.assignment !== null)
    const brief = ({ nurses: found }: NursesView): unknown[] => found.map(({ userId, beds }) => [userId, beds])
    const ofA = [
      ['anna', 0],
      ['chief', 2],
    ]
    assert.deepEqual(brief(await nurses('anna', '?unitId=A')), ofA)
    assert.deepEqual(brief(await nurses('anna')), ofA, 'a bed of unit B is not counted')
    assert.deepEqual(brief(await nurses('chief')), [
      ['anna', 0],
      ['ben', 0],
      ['chief', 3],
    ])
    assert.equal((await nurses('anna')).anyName, false)
    assert.equal((await nurses('anna')).nurses[0]?.name, 'Name of anna')
  })

  it('who is locked keeps the beds, is offered no more and can be given none', async () => {
    person('dora', ['nurse'], ['A'])
    await reach('a1', 'c6', 'dora')
    await until(async () => (await bed('a1'))?.assignment?.userId === 'dora')
    const elsewhere = new PeopleStore(ward.dataDir)
    elsewhere.change(() => {
      const account = elsewhere.accounts.get('dora')
      assert.ok(account)
      elsewhere.accounts.putSync('dora', { ...account, lockedAtMs: 1 })
    })
    await elsewhere.close()
    // What another process writes is read from the next turn of the event loop on, not within one.
    await until(async () => !(await nurses('anna')).nurses.some(({ userId }) => userId === 'dora'))
    assert.equal(await assign(anna, 'a2', 'dora', 'c7'), 'ASSIGNEE_UNKNOWN')
    assert.equal((await bed('a1'))?.assignment?.userId, 'dora')
  })
})

describe('assigning while nobody has an account', () => {
  let ward: WardUnderTest
  let reach: Reach
  before(async () => {
    ;({ ward, reach } = await openBeds())
  })
  after(() => ward.close())

  it('takes any name but those of nobody, and offers the names that were given', async () => {
    const screen = await ward.connect()
    await until(async () => (await fetch(`${ward.url}/api/beds/a1`)).ok)
    const answer = codeOf(ask(screen, 'assign', { patientId: 'a1', assignee: ' Anna Moser ', commandId: 'c1' }))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await reach('a1', 'c1', 'Anna Moser')
    assert.equal(await answer, 'OK')
    for (const assignee of ['local', 'token'])
      assert.equal(await codeOf(ask(screen, 'assign', { patientId: 'a1', assignee })), 'ASSIGNEE_UNKNOWN')
    assert.deepEqual(await (await fetch(`${ward.url}/api/nurses`)).json(), {
      anyName: true,
      nurses: [{ userId: 'Anna Moser', name: 'Anna Moser', units: 'all', beds: 1 }],
    })
  })
})
