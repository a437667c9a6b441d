import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { AlertView, WindowUpdate } from '../../src/watch/events.ts'
import { eventually, nextEvent, type WardProcess } from './ward-process.ts'

/** What a ward must show on any log: live vitals, whole windows, predictions, alerts, and one state for every screen. */
export function wardEndToEnd(ward: WardProcess): void {
  it('is healthy once all stages run', async () => {
    await eventually('healthz 200', 30_000, async () => (await fetch(`${ward.address}/healthz`)).status === 200)
  })

  it('sends live vitals and waveforms within 10 s', async () => {
    const screen = await ward.screen()
    const answer = await screen.emitWithAck('watch', {})
    assert.ok(answer.ok)
    const vitals = await nextEvent(
      screen,
      'vitals',
      ({ numerics }) => numerics.some(({ value }) => value !== null),
      10_000,
    )
    assert.equal(vitals.mode, 'live')
    const strip = await nextEvent(screen, 'waveform', ({ code }) => code === 'ecg', 10_000)
    assert.ok(strip.samples.byteLength > 0)
  })

  it('closes windows with all three modalities and answers each with a prediction', async () => {
    const screen = await ward.screen()
    const windows: WindowUpdate[] = []
    screen.on('window', (window) => windows.push(window))
    const answer = await screen.emitWithAck('watch', {})
    assert.ok(answer.ok)
    const whole = await eventually('a window with all three modalities', 60_000, () =>
      Promise.resolve(windows.find(({ counts }) => counts.vitals > 0 && counts.pcg > 0 && counts.video > 0)),
    )
    const prediction = await eventually('its prediction', 10_000, async () => {
      const { beds } = await ward.get<{
        beds: { patientId: string; prediction: { windowStartMs: number; parts: unknown[] } | null }[]
      }>('/api/ward')
      const bed = beds.find(({ patientId }) => patientId === whole.patientId)
      return bed?.prediction !== null && (bed?.prediction.windowStartMs ?? 0) >= whole.windowStartMs && bed?.prediction
    })
    assert.ok(prediction.parts.length > 0)
  })

  it('raises an alert within 60 s, and an acknowledgement by one screen reaches another', async () => {
    const [one, two] = [await ward.screen(), await ward.screen()]
    const answer = await one.emitWithAck('watch', {})
    assert.ok((await two.emitWithAck('watch', {})).ok)
    assert.ok(answer.ok)
    const standing = (alert: AlertView): boolean => alert.presence === 'on' && alert.kind === 'physiological'
    const alert =
      answer.ward.beds.flatMap(({ alerts }) => alerts).find(standing) ??
      (await nextEvent(one, 'alert', standing, 60_000))
    const seen = nextEvent(
      two,
      'alert',
      ({ id, transition }) => id === alert.id && transition === 'acknowledged',
      10_000,
    )
    assert.deepEqual(await one.emitWithAck('acknowledge', { alertId: alert.id }), { ok: true })
    const acknowledged = await seen
    assert.notEqual(acknowledged.presence, 'on')
    const listed = await ward.get<AlertView[]>('/api/alerts?limit=1000')
    assert.notEqual(listed.find(({ id }) => id === alert.id)?.presence, 'on')
  })

  it('lists alerts newest first, each once', async () => {
    const alerts = await ward.get<AlertView[]>('/api/alerts?limit=1000')
    assert.ok(alerts.length > 0)
    assert.equal(new Set(alerts.map(({ id }) => id)).size, alerts.length)
    const one = await ward.get<AlertView[]>('/api/alerts?limit=1')
    assert.equal(one.length, 1)
  })

  it('counts what it does in the metrics whose names are promised', async () => {
    for (const name of [
      'vigil_readings_total',
      'vigil_windows_closed_total',
      'vigil_predictions_total',
      'vigil_alerts_raised_total',
    ])
      assert.ok((await ward.metric(name)) > 0, name)
    const text = await (await fetch(`${ward.address}/metrics`)).text()
    for (const name of ['vigil_late_readings_total', 'vigil_dead_letters_total'])
      assert.ok(text.includes(`# TYPE ${name} counter`), name)
  })
}
