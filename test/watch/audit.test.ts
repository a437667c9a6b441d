import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { VigilError } from '../../src/errors.ts'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import type { Subscription } from '../../src/ingest/log.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { Outbound } from '../../src/reading.ts'
import type { AuditEntry } from '../../src/records.ts'
import { AuditDesk } from '../../src/watch/audit-desk.ts'
import type { Identity } from '../../src/watch/access.ts'
import { context } from './ward-records.ts'
import { ask, openWard, until, type WardUnderTest } from './ward-under-test.ts'

const ANN: Identity = {
  person: { id: 'ann', name: 'Ann', roles: ['nurse'], units: ['icu'] },
  how: 'session',
  sessionKey: 'key',
  endsAtMs: 0,
  latestEndMs: 0,
}
const LOOKED = { identity: ANN, deed: 'see-patients', question: 'watch', unitId: null, refusedWith: null } as const

function entryOf({ value }: Pick<Outbound, 'value'>): AuditEntry {
  const read = decodeRecord('audit', value === null ? null : Buffer.from(value))
  assert.ok(read.ok)
  return read.record
}

describe('the audit desk', () => {
  const clock = new ManualClock(1_800_000_000_000)
  let dataDir = ''
  let away = false
  let appended: Outbound[] = []
  let desk: AuditDesk
  const begin = async (): Promise<AuditDesk> => {
    const append = async (records: readonly Outbound[]): Promise<void> => {
      if (away) throw new VigilError('LOG_UNAVAILABLE')
      appended.push(...records)
    }
    const opened = new AuditDesk({ log: { append }, dataDir, clock, logger: pino({ level: 'silent' }) })
    await opened.open()
    return opened
  }
  const settled = (holds: () => boolean): Promise<void> =>
    until(() => {
      clock.advance(100)
      return holds()
    })

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'vigil-audit-'))
    away = false
    appended = []
    desk = await begin()
  })
  afterEach(async () => {
    await desk.close()
    rmSync(dataDir, { recursive: true })
  })

  it('writes down a view once in ten minutes a person and bed, however long somebody looks on', async () => {
    const views = (): number => appended.length
    desk.asked({ ...LOOKED, patientId: 'p1' })
    desk.asked({ ...LOOKED, patientId: 'p1' })
    desk.asked({ ...LOOKED, patientId: 'p2' })
    desk.asked({ ...LOOKED, patientId: 'p1', identity: { ...ANN, person: { ...ANN.person, id: 'bob' } } })
    await settled(() => views() === 3)
    clock.advance(590_000)
    desk.asked({ ...LOOKED, patientId: 'p1' })
    clock.advance(10_000)
    desk.asked({ ...LOOKED, patientId: 'p1' })
    await settled(() => views() === 4)
    assert.deepEqual(
      appended.map((record) => [record.key, entryOf(record).userId, entryOf(record).action]),
      [
        ['p1', 'ann', 'view-bed'],
        ['p2', 'ann', 'view-bed'],
        ['p1', 'bob', 'view-bed'],
        ['p1', 'ann', 'view-bed'],
      ],
    )
  })

  it('keeps entries on disk while the log is away, says how many, and sends them when it is back, after a restart too', async () => {
    away = true
    desk.asked({ ...LOOKED, patientId: 'p1' })
    desk.access('sign-in', { userId: 'ann', how: 'session', about: '10.0.0.1' })
    await settled(() => desk.state.waiting === 2)
    await desk.close()
    desk = await begin()
    assert.deepEqual(desk.state, { waiting: 2, lost: 0 })
    away = false
    await settled(() => desk.state.waiting === 0)
    assert.deepEqual(
      appended.map((record) => [record.key, entryOf(record).action]),
      [
        ['p1', 'view-bed'],
        ['ann', 'sign-in'],
      ],
    )
  })
})

describe('the audit of a ward', () => {
  let ward: WardUnderTest
  let following: Subscription
  const entries: AuditEntry[] = []
  const told = () =>
    entries.map(({ userId, kind, action, patientId, unitId }) => [userId, kind, action, patientId ?? unitId])
  const has = (...entry: (string | null)[]): Promise<void> =>
    until(() => told().some((one) => JSON.stringify(one) === JSON.stringify(entry)))

  before(async () => {
    ward = await openWard()
    following = await ward.log.follow({
      topics: ['audit'],
      from: 'beginning',
      receive: async ({ records }) => entries.push(...records.map(entryOf)) as never,
      onFailed: () => undefined,
    })
    await ward.log.append([
      outbound('patient-context', context({ patientId: 'p-icu', unitId: 'icu' })),
      outbound('patient-context', context({ patientId: 'p-other', unitId: 'other' })),
    ])
    await until(
      async () => ((await (await fetch(`${ward.url}/api/ward`)).json()) as { beds: unknown[] }).beds.length === 2,
    )
  })
  after(async () => {
    await following.stop()
    await ward.close()
  })

  it('names who looked at a board, a bed, its history, and who was refused, by screen and by API', async () => {
    await has('local', 'view', 'view-board', null)
    const cookie = ward.cookieOf({ id: 'ann', roles: ['nurse'], units: ['icu'] })
    const client = await ward.connect({ cookie })
    await ask(client, 'watch', { unitId: 'icu' })
    await has('ann', 'view', 'view-board', 'icu')
    await ask(client, 'watch', { patientId: 'p-icu' })
    await has('ann', 'view', 'view-bed', 'p-icu')
    await ask(client, 'watch', { patientId: 'p-other' })
    await has('ann', 'refused', 'watch', 'p-other')
    await ask(client, 'playback-start', { patientId: 'p-icu', fromMs: 1, toMs: 2, speed: 1 })
    await has('ann', 'view', 'play-back', 'p-icu')
    await fetch(`${ward.url}/api/beds/p-icu/windows?from=1&to=2`, { headers: { cookie } })
    await has('ann', 'view', 'view-history', 'p-icu')
    await fetch(`${ward.url}/api/beds/p-other`, { headers: { cookie } })
    await has('ann', 'refused', 'GET /api/beds/:patientId', 'p-other')
    await fetch(`${ward.url}/api/people`, { headers: { cookie } })
    await has('ann', 'refused', 'GET /api/people', null)
    client.disconnect()
  })

  it('names who signed in and out, and of a wrong try only an account that is there', async () => {
    const headers = { 'content-type': 'application/json' }
    for (const account of ['ann', 'my secret password'])
      await fetch(`${ward.url}/api/sign-in`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ account, password: 'x' }),
      })
    await has('ann', 'refused', 'sign-in', null)
    await has('unknown', 'refused', 'sign-in', null)
    const cookie = ward.cookieOf({ id: 'root', roles: ['admin'], units: 'all' })
    const asAdmin = { ...headers, cookie, origin: ward.url }
    const rights = { name: 'Bob', roles: ['nurse'], units: ['icu'] }
    await fetch(`${ward.url}/api/people`, {
      method: 'POST',
      headers: asAdmin,
      body: JSON.stringify({ account: 'bob', rights }),
    })
    await has('root', 'access', 'invite', null)
    assert.equal(entries.find(({ action }) => action === 'invite')?.about, 'bob')
    await fetch(`${ward.url}/api/sign-out`, { method: 'POST', headers: asAdmin, body: '{}' })
    await has('root', 'access', 'sign-out', null)
    assert.ok(!JSON.stringify(entries).includes('secret'))
  })

  it('names what was done with `vigil people` on the server', async () => {
    const command = [join(PACKAGE_ROOT, 'dist/src/main.js'), 'people', 'lock', 'bob', '--data', ward.dataDir]
    await promisify(execFile)(process.execPath, command)
    await has('vigil', 'access', 'lock-account', null)
    assert.equal(entries.find(({ action }) => action === 'lock-account')?.about, 'bob')
  })
})
