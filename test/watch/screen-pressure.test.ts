import assert from 'node:assert/strict'
import type { Socket as NetSocket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { SlowLine } from '../live/slow-line.ts'
import { alert, context, vitals, waveform } from './ward-records.ts'
import { ask, type Client, openWard, until, type WardUnderTest } from './ward-under-test.ts'

describe('a slow screen', () => {
  let ward: WardUnderTest
  before(async () => {
    ward = await openWard()
    await ward.log.append([outbound('patient-context', context())])
    await until(() => fetch(`${ward.url}/api/beds/patient-1`).then(({ ok }) => ok))
  })
  after(() => ward.close())

  it('misses waveforms, which is counted, and no alert; a screen beside it misses nothing', async () => {
    const [slow, fast] = [await ward.connect(), await ward.connect()]
    for (const client of [slow, fast]) await ask(client, 'watch', { patientId: 'patient-1' })
    const seen = { slow: 0, fast: 0 }
    const alerts: number[] = []
    slow.on('waveform', () => seen.slow++)
    fast.on('waveform', () => seen.fast++)
    slow.on('alert', ({ bedSequence }) => alerts.push(bedSequence))

    wire(slow).pause()
    const at = new SystemClock().nowMs()
    // Enough to fill the buffers of both kernels many times over.
    const samples = Buffer.alloc(400_000)
    const sent = 60
    for (let second = 1; second <= sent; second++) {
      const waveforms = [{ ...waveform('pleth', at + second), samples }]
      await ward.log.append([
        outbound('vitals', vitals(at + second, { sequence: second, waveforms })),
        outbound('alerts', alert('a', second)),
      ])
      // One after the other: a screen that keeps up must not be made slow by the test itself.
      await until(() => seen.fast === second)
    }
    const dropped = await ward.metrics.volatileDropped.get()
    assert.ok((dropped.values[0]?.value ?? 0) > 0, 'nothing was dropped')

    wire(slow).resume()
    await until(() => alerts.length === sent)
    assert.deepEqual(
      alerts,
      Array.from({ length: sent }, (_, index) => index + 1),
    )
    assert.ok(seen.slow < sent, `${seen.slow} of ${sent} waveforms reached a screen that was not reading`)
    assert.equal(seen.fast, sent)
  })

  it('has an alert soon, though kernels take megabytes of waveforms before any waits in the server', async (test) => {
    const line = new SlowLine(Number(new URL(ward.url).port))
    test.after(() => line.close())
    const port = await line.open()
    const [slow, fast] = [await ward.connect({ port }), await ward.connect()]
    for (const client of [slow, fast]) await ask(client, 'watch', { patientId: 'patient-1' })
    line.limit(100_000)
    const seen = { slow: 0, fast: 0 }
    slow.on('waveform', () => seen.slow++)
    fast.on('waveform', () => seen.fast++)
    const came = new Promise((resolve) => slow.on('alert', resolve))

    const clock = new SystemClock()
    const at = clock.nowMs()
    const samples = Buffer.alloc(20_000)
    const sent = 100
    for (let index = 1; index <= sent; index++) {
      const waveforms = [{ ...waveform('pleth', at + index), samples }]
      await ward.log.append([outbound('vitals', vitals(at + index, { sequence: 1_000 + index, waveforms }))])
      await clock.sleep(20)
    }
    await until(() => seen.fast === sent)
    await ward.log.append([outbound('alerts', alert('b', 1_000))])
    await came
    // It comes behind what was sent before: without a word from the other end that would be all of them, 20 s of this line.
    assert.ok(seen.slow > 0 && seen.slow < 0.75 * sent, `${seen.slow} of ${sent} waveforms`)
  })
})

/** The TCP connection below a client's WebSocket: pausing it is what a stalled network looks like to the server. */
function wire(client: Client): NetSocket {
  const { transport } = client.io.engine as unknown as { transport: { ws: { _socket: NetSocket } } }
  return transport.ws._socket
}
