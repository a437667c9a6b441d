import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { outbound } from '../../src/ingest/outbound.ts'
import type { ClientEvents } from '../../src/watch/events.ts'
import { DEED_OF_EVENT } from '../../src/watch/guard.ts'
import { type Deed, may, ROLES, type Role } from '../../src/watch/person.ts'
import { declaredEvents } from './declared-events.ts'
import { alert, context } from './ward-records.ts'
import { ask, openWard, until, type WardUnderTest } from './ward-under-test.ts'

/** The patients of two units, and one of none. */
const PATIENTS = { own: 'patient-a', foreign: 'patient-b', none: 'patient-none' } as const
type Whose = keyof typeof PATIENTS
const UNITS = { own: 'unit-a', foreign: 'unit-b' } as const

/** What asking each address is, written out a second time. One that is missing here makes the test fail. */
const ROUTES: Record<string, Deed | 'anyone'> = {
  'GET /api/ward': 'see-patients',
  'GET /api/alerts': 'see-patients',
  'GET /api/feeds': 'see-feeds',
  'GET /api/dead-letters': 'see-dead-letters',
  'GET /api/beds/:patientId': 'see-patients',
  'GET /api/beds/:patientId/trends': 'read-history',
  'GET /api/beds/:patientId/stretches': 'read-history',
  'GET /api/beds/:patientId/windows': 'read-history',
  'GET /api/beds/:patientId/risk-trend': 'read-history',
  'GET /api/beds/:patientId/alerts': 'read-history',
  'GET /api/beds/:patientId/alerts/:alertId': 'see-patients',
  'GET /api/models/:name/card': 'be-here',
  'GET /api/alerts/:id/screens': 'see-patients',
  'GET /api/load': 'see-load',
  'GET /api/beds/:patientId/noise': 'see-load',
  'POST /api/alerts/:id/acknowledge': 'answer-alerts',
  'GET /api/sign-in': 'anyone',
  'POST /api/sign-in': 'anyone',
  'POST /api/sign-out': 'be-here',
  'GET /api/me': 'be-here',
  'POST /api/welcome/look': 'anyone',
  'POST /api/welcome': 'anyone',
  'POST /api/welcome/kiosk': 'anyone',
  'GET /api/openid/start': 'anyone',
  'GET /api/openid/callback': 'anyone',
  'GET /api/names': 'be-here',
  'GET /api/nurses': 'see-patients',
  'GET /api/people': 'manage-people',
  'POST /api/people': 'manage-people',
  'POST /api/people/kiosk': 'manage-people',
  'POST /api/people/:account/rights': 'manage-people',
  'POST /api/people/:account/lock': 'manage-people',
  'POST /api/people/:account/unlock': 'manage-people',
}

/** What each question of a screen is, written out a second time, and one of each about a patient. */
const EVENTS: Record<keyof ClientEvents, [Deed, (patientId: string) => object]> = {
  watch: ['see-patients', (patientId) => ({ patientId })],
  'watch-feeds': ['see-feeds', () => ({ on: true })],
  acknowledge: ['answer-alerts', (patientId) => ({ alertId: `alert of ${patientId}` })],
  accept: ['answer-alerts', (patientId) => ({ alertId: `alert of ${patientId}` })],
  reject: ['answer-alerts', (patientId) => ({ alertId: `alert of ${patientId}`, reason: 'elsewhere' })],
  escalate: ['answer-alerts', (patientId) => ({ alertId: `alert of ${patientId}`, reason: 'help' })],
  shown: ['see-patients', () => ({ visible: true, painted: [], standing: [] })],
  'pause-audio': ['pause-audio', (patientId) => ({ patientId, durationMs: 60_000 })],
  'resume-audio': ['pause-audio', (patientId) => ({ patientId })],
  'set-limit': ['set-limits', (patientId) => ({ patientId, code: 'hr', low: 50, high: 120 })],
  assign: ['assign-nurses', (patientId) => ({ patientId, assignee: null })],
  'leave-suggestion': ['set-limits', (patientId) => ({ patientId, code: 'hr' })],
  label: ['label-alerts', (patientId) => ({ alertId: `alert of ${patientId}`, label: 'accepted' })],
  'playback-start': ['play-back', (patientId) => ({ patientId, fromMs: 1, toMs: 2, speed: 1 })],
  'playback-speed': ['play-back', () => ({ speed: 2 })],
  'playback-stop': ['play-back', () => ({})],
}

const OF_A_PATIENT = /:patientId|\/alerts\/:id/
const idOf = (role: Role): string => `some-${role}`

describe('who may ask what', () => {
  let ward: WardUnderTest
  const cookies = new Map<Role, string>()
  const signIn = (role: Role): string => {
    const cookie = ward.cookieOf({ id: idOf(role), roles: [role], units: [UNITS.own] })
    cookies.set(role, cookie)
    return cookie
  }

  before(async () => {
    ward = await openWard()
    const bed = (patientId: string, unitId: string) => outbound('patient-context', context({ patientId, unitId }))
    await ward.log.append([bed(PATIENTS.own, UNITS.own), bed(PATIENTS.foreign, UNITS.foreign), bed(PATIENTS.none, '')])
    for (const patientId of Object.values(PATIENTS))
      await ward.log.append([outbound('alerts', alert(`alert of ${patientId}`, 1, { patientId, unitId: '' }))])
    await until(async () => {
      const answer = await fetch(`${ward.url}/api/alerts`)
      return ((await answer.json()) as unknown[]).length === 3
    })
    for (const role of ROLES) signIn(role)
  })
  after(() => ward.close())

  /** Asks with everything that the route needs of this patient. */
  async function request(route: string, whose: Whose, headers: Record<string, string>): Promise<[number, string]> {
    const [method = '', pattern = ''] = route.split(' ')
    const path = pattern
      .replace(':patientId', PATIENTS[whose])
      .replace(':account', 'nobody')
      .replace(':id', encodeURIComponent(`alert of ${PATIENTS[whose]}`))
    const query = path.endsWith('/trends') ? '?code=hr&from=1&to=2' : path.endsWith('/windows') ? '?from=1&to=2' : ''
    const body = method === 'POST' ? { body: '{}', headers: { ...headers, 'content-type': 'application/json' } } : {}
    const answer = await fetch(`${ward.url}${path}${query}`, { method, headers, ...body })
    return [answer.status, ((await answer.json()) as { code?: string }).code ?? '']
  }

  const asBrowser = (cookie: string): Record<string, string> => ({ cookie, origin: ward.url })
  const routes = () => ward.stage.guard.listed.filter(({ url, method }) => url.startsWith('/api/') && method !== 'HEAD')

  it('is said by every address of the API, as it is written here', () => {
    const listed = Object.fromEntries(routes().map(({ method, url, deed }) => [`${method} ${url}`, deed]))
    assert.deepEqual(listed, ROUTES)
  })

  it('is said for every question of the contract', () => {
    assert.deepEqual(Object.keys(DEED_OF_EVENT).sort(), declaredEvents('ClientEvents'))
    assert.deepEqual(DEED_OF_EVENT, Object.fromEntries(Object.entries(EVENTS).map(([event, [deed]]) => [event, deed])))
  })

  it('lets nobody in who is not signed in, but to sign in, to health and to metrics', async () => {
    for (const [route, deed] of Object.entries(ROUTES)) {
      const [status, code] = await request(route, 'own', {})
      if (deed === 'anyone') assert.notEqual(code, 'UNAUTHORISED', route)
      else assert.deepEqual([status, code], [401, 'UNAUTHORISED'], route)
    }
    for (const path of ['/healthz', '/metrics']) assert.equal((await fetch(ward.url + path)).status, 200)
    assert.equal((await fetch(`${ward.url}/api/nothing`)).status, 401)
    await assert.rejects(
      ward.connect(),
      (error: Error & { data?: { code: string } }) => error.data?.code === 'UNAUTHORISED',
    )
  })

  for (const role of ROLES)
    it(`lets a ${role} ask every address that is the role's, of the own unit and of none, and no other`, async () => {
      for (const [route, deed] of Object.entries(ROUTES))
        for (const whose of Object.keys(PATIENTS) as Whose[]) {
          const [status, code] = await request(route, whose, asBrowser(cookies.get(role) ?? ''))
          if (route.endsWith('/sign-out')) signIn(role)
          const what = `${role} asks ${route} of the ${whose} unit's patient: ${status} ${code}`
          if (deed !== 'anyone' && !may({ roles: [role] }, deed))
            assert.deepEqual([status, code], [403, 'NOT_ALLOWED'], what)
          else if (OF_A_PATIENT.test(route) && whose === 'foreign')
            assert.ok(status === 404 && /^(PATIENT|ALERT)_UNKNOWN$/.test(code), what)
          else assert.ok(!/^(UNAUTHORISED|NOT_ALLOWED|PATIENT_UNKNOWN|ALERT_UNKNOWN|ORIGIN_REFUSED)$/.test(code), what)
        }
    })

  for (const role of ROLES)
    it(`lets the screen of a ${role} ask what is the role's, of the own unit and of none, and no other`, async () => {
      const client = await ward.connect({ cookie: cookies.get(role) ?? '' })
      for (const [event, [deed, about]] of Object.entries(EVENTS) as [keyof ClientEvents, (typeof EVENTS)['watch']][])
        for (const whose of Object.keys(PATIENTS) as Whose[]) {
          const question = about(PATIENTS[whose])
          const answer = (await ask(client, event, question)) as { ok: boolean; code?: string }
          const code = answer.code ?? 'OK'
          const what = `${role} asks ${event} of the ${whose} unit's patient: ${code}`
          if (!may({ roles: [role] }, deed)) assert.equal(code, 'NOT_ALLOWED', what)
          else if (whose === 'foreign' && 'patientId' in question) assert.equal(code, 'PATIENT_UNKNOWN', what)
          else if (whose === 'foreign' && 'alertId' in question) assert.equal(code, 'ALERT_UNKNOWN', what)
          else assert.ok(!/^(NOT_ALLOWED|PATIENT_UNKNOWN|ALERT_UNKNOWN)$/.test(code), what)
        }
      client.disconnect()
    })

  it('refuses the board of another unit, on a screen and by the API', async () => {
    const cookie = signIn('nurse')
    const client = await ward.connect({ cookie })
    const board = await ask(client, 'watch', { unitId: UNITS.foreign })
    assert.equal((board as { code?: string }).code, 'NOT_ALLOWED')
    for (const of of ['ward', 'nurses'])
      assert.equal((await fetch(`${ward.url}/api/${of}?unitId=${UNITS.foreign}`, { headers: { cookie } })).status, 403)
  })

  it('refuses questions that are none, and addresses that are none, to whoever is signed in', async () => {
    const cookie = signIn('admin')
    const client = await ward.connect({ cookie })
    const asked = client as unknown as {
      timeout(ms: number): { emitWithAck(event: string, q: object): Promise<unknown> }
    }
    for (const event of ['constructor', 'toString', 'watch-all'])
      assert.equal(((await asked.timeout(2_000).emitWithAck(event, {})) as { code: string }).code, 'NOT_ALLOWED')
    assert.equal((await fetch(`${ward.url}/api/nothing`, { headers: { cookie } })).status, 404)
  })

  it('is not led round by an address that is written otherwise', async () => {
    const body = { method: 'POST', body: '{}' }
    const headers = { ...asBrowser(signIn('nurse')), 'content-type': 'application/json' }
    const path = `/%61pi/alerts/${encodeURIComponent(`alert of ${PATIENTS.foreign}`)}/acknowledge`
    const answer = await fetch(ward.url + path, { ...body, headers })
    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [404, 'ALERT_UNKNOWN'])
    assert.equal((await fetch(`${ward.url}/%61pi/beds/${PATIENTS.own}`)).status, 401)
    assert.equal((await fetch(`${ward.url}/%61pi/beds/${PATIENTS.foreign}`, { headers })).status, 404)
  })

  it('takes a deed with a session only from a page of our own', async () => {
    const cookie = signIn('nurse')
    const [, code] = await request('POST /api/alerts/:id/acknowledge', 'own', { cookie })
    assert.equal(code, 'ORIGIN_REFUSED')
    const [, foreign] = await request('POST /api/alerts/:id/acknowledge', 'own', {
      cookie,
      origin: 'http://evil.example',
    })
    assert.equal(foreign, 'ORIGIN_REFUSED')
  })
})
