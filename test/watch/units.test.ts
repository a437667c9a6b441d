import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { AlertView, FeedView, WardView } from '../../src/watch/events.ts'
import type { History } from '../../src/watch/history.ts'
import type { Role } from '../../src/watch/person.ts'
import { PeopleStore } from '../../src/watch/people-store.ts'
import {
  alert,
  alertState,
  context,
  deadLetter,
  frame,
  heartSound,
  prediction,
  vitals,
  waveform,
} from './ward-records.ts'
import { ask, type Client, next, openWard, until, type WardUnderTest } from './ward-under-test.ts'

const clock = new SystemClock()

/** An archive that has something of every patient. */
const history: History = {
  trend: () => Promise.resolve({ times: [1], values: [72], lowest: [72], highest: [72] }),
  riskTrend: () => Promise.resolve({ times: [1], values: [0.5], lowest: [0.5], highest: [0.5] }),
  alerts: () => Promise.resolve([]),
  alertStory: () => Promise.resolve({ transitions: [], prediction: null, then: [] }),
  storedSpan: () => Promise.resolve({ fromMs: 1, toMs: 2 }),
  windows: () => Promise.resolve([]),
  async *readStretch() {
    // Nothing more comes until the playback is stopped.
    await new Promise(() => undefined)
    yield { throughMs: 2, items: [] }
  },
}

describe('a unit’s nurse', () => {
  let ward: WardUnderTest
  let cookie = ''
  let sequence = 0

  const person = (roles: Role[], units: string[] | 'all'): string =>
    ward.cookieOf({ id: `of-${String(units)}`, roles, units })
  const admit = (patientId: string, unitId: string): Promise<void> =>
    ward.log.append([outbound('patient-context', context({ patientId, unitId, bedId: `bed of ${patientId}` }))])

  /** Everything that can be told of a patient, once. */
  async function tell(patientId: string, unitId: string): Promise<void> {
    const at = clock.nowMs()
    sequence++
    await ward.log.append([
      outbound(
        'vitals',
        vitals(at, {
          patientId,
          feedId: `${patientId}/vitals`,
          waveforms: [waveform('ecg', at), waveform('pleth', at)],
        }),
      ),
      outbound('heart-audio', heartSound(at, { patientId, feedId: `${patientId}/pcg` })),
      outbound('procedure-video', frame(at, { patientId, feedId: `${patientId}/video` })),
      outbound('predictions', prediction(at, { patientId, id: `prediction ${patientId} ${sequence}` })),
      outbound('alert-state', alertState({ patientId, unitId, audioPausedUntilMs: at + sequence })),
      outbound('alerts', alert(`alert of ${patientId} ${sequence}`, sequence, { patientId, unitId })),
    ])
  }

  /** All that a screen hears, as text. */
  function listen(client: Client): string[] {
    const heard: string[] = []
    client.onAny((event: string, payload: unknown) => heard.push(`${event} ${JSON.stringify(payload)}`))
    return heard
  }

  const of = (heard: readonly string[], patientId: string): string[] =>
    heard.filter((line) => line.includes(patientId)).map((line) => line.split(' ')[0] ?? '')
  const get = async (path: string): Promise<[number, unknown]> => {
    const answer = await fetch(ward.url + path, { headers: { cookie } })
    return [answer.status, await answer.json()]
  }

  before(async () => {
    ward = await openWard({}, history)
    await admit('patient-a', 'A')
    await admit('patient-b', 'B')
    await tell('patient-a', 'A')
    await tell('patient-b', 'B')
    await tell('patient-none', '')
    cookie = person(['nurse'], ['A'])
    await until(async () => ((await get('/api/alerts'))[1] as AlertView[]).length === 2)
  })
  after(() => ward.close())

  it('sees the own unit’s beds and those of none, and hears nothing of another unit: board, bed, feeds, missed', async () => {
    const client = await ward.connect({ cookie })
    const all = await ward.connect({ cookie: person(['admin'], 'all') })
    const [heard, heardOfAll] = [listen(client), listen(all)]
    const answer = (await ask(client, 'watch', {
      sinceBedSequence: { 'patient-a': 0, 'patient-b': 0 },
    })) as unknown as {
      ward: WardView
      missed: AlertView[]
      incomplete: string[]
    }
    await ask(all, 'watch', {})
    await ask(all, 'watch', { patientId: 'patient-b' })
    await ask(client, 'watch', { patientId: 'patient-a' })
    await ask(client, 'watch', { patientId: 'patient-b' })
    await ask(client, 'playback-start', { patientId: 'patient-b', fromMs: 1, toMs: 2, speed: 1 })
    const feeds = (await ask(client, 'watch-feeds', { on: true })) as unknown as {
      feeds: FeedView[]
      deadLetters: object[]
    }
    const patients = answer.ward.beds.map(({ patientId }) => patientId).sort()
    assert.deepEqual(patients, ['patient-a', 'patient-none'])
    assert.deepEqual([...new Set(answer.missed.map(({ patientId }) => patientId))], ['patient-a'])
    assert.ok(!answer.incomplete.includes('patient-b'))
    assert.equal(feeds.feeds.filter(({ patientId }) => patientId === 'patient-b').length, 0)
    assert.ok(feeds.feeds.some(({ patientId }) => patientId === 'patient-a'))
    assert.deepEqual(feeds.deadLetters, [])
    await ward.log.append([outbound('dead-letter', deadLetter(1))])
    for (const [patientId, unitId] of [
      ['patient-b', 'B'],
      ['patient-a', 'A'],
      ['patient-none', ''],
    ] as const)
      await tell(patientId, unitId)
    await until(() => of(heardOfAll, 'patient-b').includes('frame') && of(heard, 'patient-a').includes('frame'))
    await next(client, 'feeds')
    assert.deepEqual(of(heard, 'patient-b'), [])
    assert.deepEqual(of(heard, 'dead-letter'), [], 'and nothing of what could not be read')
    for (const event of ['vitals', 'waveform', 'alert', 'prediction', 'window', 'bed', 'feeds'])
      assert.ok(of(heard, 'patient-none').concat(of(heard, 'patient-a')).includes(event), event)
    assert.ok(of(heard, 'patient-none').includes('vitals'), 'measured is better than hidden')
    client.disconnect()
    all.disconnect()
  })

  it('reads nothing of another unit by the API', async () => {
    for (const path of ['/api/ward', '/api/alerts', '/api/feeds']) {
      const [status, body] = await get(path)
      assert.equal(status, 200, path)
      assert.ok(!JSON.stringify(body).includes('patient-b'), path)
    }
    assert.equal((await get('/api/alerts?patientId=patient-b'))[0], 404)
    for (const path of ['', '/stretches', '/trends?code=hr&from=1&to=2', '/windows?from=1&to=2']) {
      assert.equal((await get(`/api/beds/patient-b${path}`))[0], 404, path)
      assert.equal((await get(`/api/beds/patient-a${path}`))[0], 200, path)
      assert.equal((await get(`/api/beds/patient-who-left${path}`))[0], 404, path)
    }
  })

  it('is told that a patient moved to another unit, and from then on hears nothing more, in the bed and in playback too', async () => {
    await admit('patient-m', 'A')
    await until(async () => (await get('/api/beds/patient-m'))[0] === 200)
    const client = await ward.connect({ cookie })
    const all = await ward.connect({ cookie: person(['admin'], 'all') })
    await ask(client, 'watch', {})
    await ask(client, 'watch', { patientId: 'patient-m' })
    await ask(all, 'watch', { unitId: 'B' })
    assert.ok((await ask(client, 'playback-start', { patientId: 'patient-m', fromMs: 1, toMs: 2, speed: 1 })).ok)
    const [stopped, board, arrived] = [next(client, 'playback'), next(client, 'ward'), next(all, 'bed')]
    await admit('patient-m', 'B')
    assert.equal((await stopped).state, 'stopped')
    assert.ok(!(await board).beds.some(({ patientId }) => patientId === 'patient-m'))
    assert.equal((await arrived).patientId, 'patient-m')
    const [heard, heardOfAll] = [listen(client), listen(all)]
    await tell('patient-m', 'B')
    await tell('patient-a', 'A')
    await until(() => of(heardOfAll, 'patient-m').includes('alert') && of(heard, 'patient-a').includes('alert'))
    assert.deepEqual(of(heard, 'patient-m'), [])
    client.disconnect()
    all.disconnect()
  })

  it('of two units has both on one board, and keeps the other when a bed leaves one', async () => {
    await admit('patient-x', 'A')
    const client = await ward.connect({ cookie: person(['nurse'], ['A', 'B']) })
    await until(async () => {
      const answer = (await ask(client, 'watch', {})) as unknown as { ward: WardView }
      return answer.ward.beds.some(({ patientId }) => patientId === 'patient-x')
    })
    const board = next(client, 'ward')
    await admit('patient-x', 'C')
    const left = (await board).beds.map(({ unitId }) => unitId)
    assert.ok(left.includes('A') && left.includes('B') && !left.includes('C'), left.join())
    client.disconnect()
  })

  it('who is locked, in this process or another, is cut off and not let in again', async () => {
    const locked = ward.cookieOf({ id: 'to-be-locked', roles: ['nurse'], units: ['A'] })
    const client = await ward.connect({ cookie: locked })
    await ask(client, 'watch', {})
    const gone = new Promise((resolve) => client.once('disconnect', resolve))
    const elsewhere = new PeopleStore(ward.dataDir)
    elsewhere.change(() => {
      const account = elsewhere.accounts.get('to-be-locked')
      assert.ok(account)
      elsewhere.accounts.putSync('to-be-locked', { ...account, lockedAtMs: clock.nowMs() })
    })
    assert.equal(await gone, 'io server disconnect')
    await assert.rejects(ward.connect({ cookie: locked }))
    await elsewhere.close()
  })

  it('who gets other units is cut off and comes back to those alone', async () => {
    const moved = ward.cookieOf({ id: 'to-be-moved', roles: ['nurse'], units: ['A'] })
    const client = await ward.connect({ cookie: moved })
    await ask(client, 'watch', {})
    const gone = new Promise((resolve) => client.once('disconnect', resolve))
    ward.cookieOf({ id: 'to-be-moved', roles: ['nurse'], units: ['B'] })
    await gone
    const again = await ward.connect({ cookie: moved })
    const answer = (await ask(again, 'watch', {})) as unknown as { ward: WardView }
    assert.ok(!answer.ward.beds.some(({ unitId }) => unitId === 'A'))
    assert.ok(answer.ward.beds.some(({ unitId }) => unitId === 'B'))
    again.disconnect()
  })

  it('answers in the own name', async () => {
    const client = await ward.connect({ cookie })
    const commands: string[] = []
    const { decodeRecord } = await import('../../src/ingest/avro-codec.ts')
    const subscription = await ward.log.follow({
      topics: ['alert-commands'],
      from: 'beginning',
      receive: async ({ records }) => {
        for (const record of records) {
          const read = decodeRecord('alert-commands', record.value)
          if (read.ok) commands.push(read.record.userId)
        }
      },
      onFailed: () => undefined,
    })
    assert.ok((await ask(client, 'pause-audio', { patientId: 'patient-a', durationMs: 60_000 })).ok)
    await until(() => commands.length > 0)
    assert.deepEqual(commands, ['of-A'])
    await subscription.stop()
    client.disconnect()
  })
})

describe('a session that is over', () => {
  it('takes its screen with it: nothing more is shown, and it is not let in again', async () => {
    const ward = await openWard({ sessionIdleMs: 61_000, sessionMs: 2_000 })
    const cookie = ward.cookieOf({ id: 'ann', roles: ['nurse'], units: ['A'] })
    const client = await ward.connect({ cookie })
    assert.ok((await ask(client, 'watch', {})).ok)
    const beganMs = clock.monotonicMs()
    const gone = new Promise((resolve) => client.once('disconnect', resolve))
    assert.equal(await gone, 'io server disconnect')
    const lastedMs = clock.monotonicMs() - beganMs
    assert.ok(lastedMs < 5_000, `${lastedMs} ms`)
    await assert.rejects(
      ward.connect({ cookie }),
      (error: Error & { data?: { code: string } }) => error.data?.code === 'UNAUTHORISED',
    )
    assert.equal((await fetch(`${ward.url}/api/ward`, { headers: { cookie } })).status, 401)
    await ward.close()
  })
})
