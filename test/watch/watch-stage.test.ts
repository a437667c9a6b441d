import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import { outbound, tombstone } from '../../src/ingest/outbound.ts'
import { Metrics } from '../../src/metrics.ts'
import type { AlertCommand } from '../../src/records.ts'
import type { AlertView, VitalsUpdate, WaveformUpdate } from '../../src/watch/events.ts'
import { createWatchStage } from '../../src/watch/watch-stage.ts'
import {
  alert,
  alertState,
  condition,
  context,
  deadLetter,
  frame,
  heartSound,
  prediction,
  vitals,
  waveform,
} from './ward-records.ts'
import { ask, type Client, next, openWard, until, type WardUnderTest } from './ward-under-test.ts'

const nowMs = (): number => new SystemClock().nowMs()

describe('the watch stage', () => {
  let ward: WardUnderTest
  before(async () => {
    ward = await openWard()
    await ward.log.append([outbound('patient-context', context())])
    await until(() => fetch(`${ward.url}/api/beds/patient-1`).then(({ ok }) => ok))
  })
  after(() => ward.close())

  it('answers a screen that joins with the ward as it is', async () => {
    const client = await ward.connect()
    const answer = await ask(client, 'watch', {})
    assert.ok(answer.ok)
    const { ward: view } = answer as unknown as { ward: { beds: { bedId: string }[]; system: { screens: number } } }
    assert.deepEqual(
      view.beds.map(({ bedId }) => bedId),
      ['icu-1'],
    )
    assert.ok(view.system.screens >= 1)
    client.disconnect()
  })

  it('sends a board the waveforms that its screen chose, and no other', async () => {
    const screens = [await ward.connect(), await ward.connect(), await ward.connect()]
    const [usual, three, changed] = screens as [Client, Client, Client]
    await ask(usual, 'watch', { unitId: 'icu' })
    await ask(three, 'watch', { waveforms: ['pleth', 'abp', 'resp'] })
    await ask(changed, 'watch', { unitId: 'icu', waveforms: ['ecg', 'abp'] })
    await ask(changed, 'watch', { unitId: 'icu', waveforms: ['resp', 'abp'] })
    const seen = screens.map((screen) => {
      const codes: string[] = []
      screen.on('waveform', ({ code }) => codes.push(code))
      return codes
    })
    const at = nowMs()
    const after = { code: 'hr', value: 199, unit: '/min', validity: 'valid' as const }
    const isAfter = ({ numerics }: VitalsUpdate): boolean => numerics[0]?.value === after.value
    const got = Promise.all(screens.map((screen) => next(screen, 'vitals', isAfter)))
    const waveforms = ['ecg', 'pleth', 'abp', 'resp', 'ecg_v5'].map((code) => waveform(code, at))
    await ward.log.append([
      outbound('vitals', vitals(at, { waveforms })),
      outbound('vitals', vitals(at + 1, { waveforms: [], numerics: [after] })),
    ])
    await got
    assert.deepEqual(seen, [['ecg'], ['pleth', 'abp', 'resp'], ['abp', 'resp']])
    for (const wrong of [['ecg', 'pleth', 'abp', 'resp'], ['ecg_v5']])
      assert.equal((await ask(usual, 'watch', { waveforms: wrong })).ok, false)
    for (const screen of screens) screen.disconnect()
  })

  it('sends numerics and ECG to the board, and everything to the bed, with samples as they came', async () => {
    const board = await ward.connect()
    const bed = await ward.connect({ transports: ['polling'] })
    await ask(board, 'watch', { unitId: 'icu' })
    await ask(bed, 'watch', { patientId: 'patient-1' })
    const onBoard: string[] = []
    board.on('waveform', ({ code }) => onBoard.push(code))
    board.on('heart-sound', () => onBoard.push('heart-sound'))
    board.on('frame', () => onBoard.push('frame'))
    const at = nowMs()
    const got = Promise.all([
      next(board, 'vitals'),
      next(bed, 'waveform', ({ code }) => code === 'pleth'),
      next(bed, 'heart-sound'),
      next(bed, 'frame'),
      next(board, 'prediction'),
      next(board, 'window'),
    ])
    const waveforms = [waveform('ecg', at), waveform('pleth', at)]
    await ward.log.append([
      outbound('vitals', vitals(at, { waveforms })),
      outbound('heart-audio', heartSound(at)),
      outbound('procedure-video', frame(at)),
      outbound('predictions', prediction(at)),
    ])
    const [numerics, pleth, sound, image, predicted, window] = await got
    assert.deepEqual((numerics as VitalsUpdate).numerics[0]?.value, 72)
    assert.deepEqual(Buffer.from((pleth as WaveformUpdate).samples as Uint8Array), waveform('pleth', at).samples)
    assert.deepEqual(Buffer.from(sound.samples as Uint8Array), heartSound(at).samples)
    assert.deepEqual(Buffer.from(image.jpeg as Uint8Array), frame(at).jpeg)
    assert.equal(predicted.mode, 'live')
    assert.deepEqual(window.counts, { vitals: 10, pcg: 10, video: 10 })
    assert.deepEqual(onBoard, ['ecg'])
    board.disconnect()
    bed.disconnect()
  })

  it('shows a reading from the future as of its arrival, so that it does not look live for years', async () => {
    const client = await ward.connect()
    await ask(client, 'watch', {})
    const ahead = nowMs() + 3_600_000
    const seen = next(client, 'vitals', ({ numerics }) => numerics[0]?.value === 99)
    const numerics = [{ code: 'hr', value: 99, unit: '/min', validity: 'valid' as const }]
    await ward.log.append([outbound('vitals', vitals(ahead, { numerics, sequence: 2 }))])
    assert.ok(Math.abs((await seen).eventTimeMs - nowMs()) < 5_000)
    client.disconnect()
  })

  it('puts an alert on two screens, takes the acknowledgement of one, and shows both what came of it', async () => {
    const [first, second] = [await ward.connect(), await ward.connect()]
    await ask(first, 'watch', {})
    await ask(second, 'watch', { unitId: 'icu' })
    const raised = [next(first, 'alert'), next(second, 'alert')]
    await ward.log.append([outbound('alerts', alert('low-spo2', 1))])
    for (const view of await Promise.all(raised)) assert.equal(view.id, 'low-spo2')
    assert.deepEqual(await ask(first, 'acknowledge', { alertId: 'low-spo2', reason: 'seen' }), { ok: true })
    const commands: AlertCommand[] = []
    for await (const record of ward.log.readAll('alert-commands')) {
      const decoded = decodeRecord('alert-commands', record.value)
      if (decoded.ok) commands.push(decoded.record)
    }
    assert.deepEqual(
      commands.map(({ action, alertId, patientId, userId, reason }) => [action, alertId, patientId, userId, reason]),
      [['acknowledge', 'low-spo2', 'patient-1', 'local', 'seen']],
    )
    const changed = [next(first, 'alert'), next(second, 'alert')]
    const acknowledged = { transition: 'acknowledged', presence: 'acknowledged', acknowledgedBy: 'local' } as const
    await ward.log.append([outbound('alerts', alert('low-spo2', 2, acknowledged))])
    for (const view of await Promise.all(changed)) assert.equal(view.presence, 'acknowledged')
    first.disconnect()
    second.disconnect()
  })

  it('brings a reconnecting screen exactly what it missed', async () => {
    await ward.log.append([outbound('alerts', alert('low-spo2', 3, { transition: 'escalated' }))])
    await until(async () => {
      const client = await ward.connect()
      const answer = (await ask(client, 'watch', { sinceBedSequence: { 'patient-1': 1 } })) as unknown as {
        missed: AlertView[]
        incomplete: string[]
      }
      client.disconnect()
      return answer.missed.map(({ bedSequence }) => bedSequence).join() === '2,3' && answer.incomplete.length === 0
    })
  })

  it('refuses what it does not know and what does not say what it must', async () => {
    const client = await ward.connect()
    const codeOf = async (event: Parameters<typeof ask>[1], request: unknown): Promise<string> => {
      const answer = await ask(client, event, request)
      return answer.ok ? 'ok' : answer.code
    }
    assert.equal(await codeOf('acknowledge', { alertId: 'no-such' }), 'ALERT_UNKNOWN')
    assert.equal(await codeOf('acknowledge', {}), 'REQUEST_INVALID')
    assert.equal(await codeOf('pause-audio', { patientId: 'nobody', durationMs: 60_000 }), 'PATIENT_UNKNOWN')
    assert.equal(await codeOf('set-limit', { patientId: 'patient-1', code: 'hr', low: 9, high: 1 }), 'REQUEST_INVALID')
    assert.equal(
      await codeOf('set-limit', { patientId: 'patient-1', code: 'hr', low: 45, high: null }),
      'COMMAND_UNCONFIRMED',
    )
    assert.equal(
      await codeOf('playback-start', { patientId: 'patient-1', fromMs: 0, toMs: 1_000, speed: 1 }),
      'DATABASE_UNAVAILABLE',
    )
    assert.equal(
      await codeOf('playback-start', { patientId: 'patient-1', fromMs: 0, toMs: 1, speed: 61 }),
      'REQUEST_INVALID',
    )
    assert.equal((await fetch(`${ward.url}/api/beds/patient-1/stretches`)).status, 503)
    for (const limit of ['abc', '0', '1001', '1.5', ''])
      assert.equal((await fetch(`${ward.url}/api/alerts?limit=${limit}`)).status, 400, `limit=${limit}`)
    assert.equal((await fetch(`${ward.url}/api/beds/nobody`)).status, 404)
    assert.deepEqual(Object.keys((await (await fetch(`${ward.url}/api/nothing`)).json()) as object), [
      'code',
      'message',
    ])
    client.disconnect()
  })

  it('lists feeds and dead letters for engineers', async () => {
    const client = await ward.connect()
    const answer = (await ask(client, 'watch-feeds', { on: true })) as unknown as { feeds: { feedId: string }[] }
    assert.ok(answer.feeds.some(({ feedId }) => feedId === 'monitor-1/vitals'))
    const letter = next(client, 'dead-letter')
    await ward.log.append([outbound('dead-letter', deadLetter(7))])
    assert.equal((await letter).code, 'RECORD_TRUNCATED')
    assert.ok((await next(client, 'feeds')).length > 0)
    const listed = (await (await fetch(`${ward.url}/api/dead-letters`)).json()) as { id: string; value?: unknown }[]
    assert.deepEqual(
      listed.map(({ id, value }) => [id, value]),
      [['vitals-0-7', undefined]],
    )
    client.disconnect()
  })

  it('loses neither the alerts nor the sequence in a restart', async () => {
    const before = (await (await fetch(`${ward.url}/api/alerts`)).json()) as AlertView[]
    assert.equal(before.length, 1)
    await ward.log.append([
      outbound('alert-state', alertState({ bedSequence: 3, conditions: [condition('forgotten-by-the-log')] })),
    ])
    await ward.restart()
    const alerts = (await (await fetch(`${ward.url}/api/alerts`)).json()) as AlertView[]
    assert.deepEqual(
      alerts.find(({ id }) => id === 'low-spo2'),
      before[0],
    )
    const bed = (await (await fetch(`${ward.url}/api/beds/patient-1`)).json()) as {
      bedSequence: number
      alerts: AlertView[]
    }
    assert.equal(bed.bedSequence, 3)
    assert.deepEqual(bed.alerts.map(({ id }) => id).sort(), ['forgotten-by-the-log', 'low-spo2'])
  })

  it('says 503 until every stage runs, then 200, without patient data', async () => {
    ward.others.push({ name: 'store', state: 'starting', detail: 'the archive opens' })
    assert.equal((await fetch(`${ward.url}/healthz`)).status, 503)
    ward.others[0] = { name: 'store', state: 'running', detail: '' }
    const healthy = await fetch(`${ward.url}/healthz`)
    assert.equal(healthy.status, 200)
    assert.ok(!(await healthy.text()).includes('patient-1'))
    ward.others.length = 0
  })

  it('serves the metrics by the names that scripts rely on', async () => {
    const text = await (await fetch(`${ward.url}/metrics`)).text()
    for (const name of ['readings', 'windows_closed', 'predictions', 'alerts_raised', 'late_readings', 'dead_letters'])
      assert.match(text, new RegExp(`^# TYPE vigil_${name}_total counter$`, 'm'))
    assert.ok(!text.includes('patient-1'))
  })

  it('refuses other origins, foreign names and a busy port', async () => {
    const foreign = { origin: 'http://evil.example' }
    const posted = await fetch(`${ward.url}/api/alerts/low-spo2/acknowledge`, { method: 'POST', headers: foreign })
    assert.equal(posted.status, 403)
    const polled = await fetch(`${ward.url}/socket.io/?EIO=4&transport=polling`, { headers: foreign })
    assert.equal(polled.status, 403)
    assert.equal(await statusAs('rebound.example', `${ward.url}/api/ward`), 403)
    const port = Number(new URL(ward.url).port)
    const logger = pino({ level: 'silent' })
    const twin = createWatchStage({
      ...{ log: ward.log, clock: new SystemClock(), metrics: new Metrics(), logger, archive: () => null },
      ...{ config: defaultConfig({ port, dataDir: ward.dataDir }), stages: () => [] },
    })
    await assert.rejects(twin.start(), { code: 'PORT_BUSY' })
  })

  it('sends headers that keep other sites and scripts out', async () => {
    const { headers } = await fetch(`${ward.url}/api/ward`)
    const policy = headers.get('content-security-policy') ?? ''
    for (const source of ['default', 'script', 'style', 'connect'])
      assert.match(policy, new RegExp(`${source}-src 'self';`))
    assert.equal(headers.get('cache-control'), 'no-store')
  })

  it('removes a bed at discharge and tells the boards', async () => {
    const client = await ward.connect()
    await ask(client, 'watch', {})
    const told = next(client, 'ward')
    await ward.log.append([tombstone('patient-context', 'patient-1')])
    assert.deepEqual((await told).beds, [])
    client.disconnect()
  })
})

describe('the watch stage with a token', () => {
  let ward: WardUnderTest
  before(async () => {
    ward = await openWard({ token: 'ward-token' })
  })
  after(() => ward.close())

  it('asks sockets and the API for it, and leaves health and metrics open', async () => {
    await assert.rejects(
      ward.connect(),
      (error: Error & { data?: { code: string } }) => error.data?.code === 'UNAUTHORISED',
    )
    await assert.rejects(ward.connect({ token: 'wrong' }))
    assert.ok((await ward.connect({ token: 'ward-token' })).connected)
    assert.equal((await fetch(`${ward.url}/api/ward`)).status, 401)
    const headers = { authorization: 'Bearer ward-token' }
    assert.equal((await fetch(`${ward.url}/api/ward`, { headers })).status, 200)
    assert.equal((await fetch(`${ward.url}/healthz`)).status, 200)
    assert.equal((await fetch(`${ward.url}/metrics`)).status, 200)
  })
})

/** Asks under another name than the address: fetch does not let the Host header be set. */
function statusAs(host: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
