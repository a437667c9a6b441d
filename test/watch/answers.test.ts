import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { outbound } from '../../src/ingest/outbound.ts'
import { decodeRecord } from '../../src/ingest/avro-codec.ts'
import type { AlertCommand } from '../../src/records.ts'
import { alert, context } from './ward-records.ts'
import { ask, next, openWard, until, type WardUnderTest } from './ward-under-test.ts'

describe('answers to an alert, and what screens say of it', () => {
  let ward: WardUnderTest

  before(async () => {
    ward = await openWard()
    await ward.log.append([outbound('patient-context', context()), outbound('alerts', alert('low-spo2', 1))])
    await until(async () => (await fetch(`${ward.url}/api/alerts/low-spo2/screens`)).status === 200)
  })

  after(() => ward.close())

  async function commands(): Promise<AlertCommand[]> {
    const found: AlertCommand[] = []
    for await (const { value } of ward.log.readAll('alert-commands')) {
      const decoded = decodeRecord('alert-commands', value)
      if (decoded.ok) found.push(decoded.record)
    }
    return found
  }

  it('puts accept, reject and escalate on the log with their reasons', async () => {
    const client = await ward.connect()
    const alertId = 'low-spo2'
    assert.deepEqual(await ask(client, 'accept', { alertId }), { ok: true })
    assert.deepEqual(await ask(client, 'reject', { alertId, reason: 'at another bed' }), { ok: true })
    assert.deepEqual(await ask(client, 'escalate', { alertId, reason: 'needs a physician' }), { ok: true })
    assert.deepEqual(
      (await commands()).map(({ action, alertId: of, patientId, reason }) => [action, of, patientId, reason]),
      [
        ['accept', alertId, 'patient-1', null],
        ['reject', alertId, 'patient-1', 'at another bed'],
        ['escalate', alertId, 'patient-1', 'needs a physician'],
      ],
    )
    client.disconnect()
  })

  it('refuses to reject or escalate without a reason, and what is no alert', async () => {
    const client = await ward.connect()
    for (const event of ['reject', 'escalate'] as const)
      for (const reason of [undefined, '', '   ']) {
        const answer = await ask(client, event, { alertId: 'low-spo2', reason })
        assert.equal(answer.ok ? '' : answer.code, 'REQUEST_INVALID')
      }
    const unknown = await ask(client, 'accept', { alertId: 'no-such' })
    assert.equal(unknown.ok ? '' : unknown.code, 'ALERT_UNKNOWN')
    client.disconnect()
  })

  it('tells who wants to accept what somebody has accepted already', async () => {
    const client = await ward.connect()
    await ask(client, 'watch', {})
    const taken = { presence: 'acknowledged', transition: 'acknowledged', responsible: 'anna' } as const
    const seen = next(client, 'alert', ({ responsible }) => responsible === 'anna')
    await ward.log.append([outbound('alerts', alert('low-spo2', 2, taken))])
    await seen
    const answer = await ask(client, 'accept', { alertId: 'low-spo2' })
    assert.equal(answer.ok ? '' : answer.code, 'ALERT_ANSWERED')
    client.disconnect()
  })

  it('keeps which screen has shown an alert, and how long that took', async () => {
    const client = await ward.connect()
    await ask(client, 'watch', {})
    const seen = next(client, 'alert', ({ bedSequence }) => bedSequence === 3)
    await ward.log.append([outbound('alerts', alert('low-spo2', 3, { transition: 'escalated' }))])
    const { transitionId } = await seen
    const painted = [{ id: transitionId, atMs: Date.now() }]
    assert.deepEqual(await ask(client, 'shown', { visible: true, painted, standing: [] }), { ok: true })
    const screens = (await (await fetch(`${ward.url}/api/alerts/low-spo2/screens`)).json()) as { screenId: string }[]
    assert.deepEqual(
      screens.map(({ screenId }) => screenId),
      [client.id],
    )
    const text = await ward.metrics.registry.metrics()
    assert.match(text, /^vigil_alert_painted_ms_count 1$/m)
    client.disconnect()
  })

  it('says of a bed whose high alarms are all on a screen that it is watched', async () => {
    await ward.log.append([outbound('alerts', alert('open', 4))])
    const client = await ward.connect()
    await ask(client, 'shown', { visible: true, painted: [], standing: ['open-4', 'low-spo2-3'] })
    await until(async () => (await commands()).some(({ action }) => action === 'watched'))
    assert.match((await commands()).at(-1)?.userId ?? '', /^watch /)
    client.disconnect()
  })
})
