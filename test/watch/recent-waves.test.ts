import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { outbound } from '../../src/ingest/outbound.ts'
import type { HeartSoundUpdate, WaveformUpdate } from '../../src/watch/events.ts'
import { RecentWaves } from '../../src/watch/recent-waves.ts'
import { waveformUpdate } from '../../src/watch/updates.ts'
import { context, heartSound, vitals, waveform } from './ward-records.ts'
import { ask, openWard, until } from './ward-under-test.ts'

const AT_MS = 1_700_000_000_000
const KEPT = { keptMs: 30_000, soundKeptMs: 15_000, signalBytes: 1e6, bytes: 1e9 }
const second = (index: number, code = 'pleth', patientId = 'p1'): WaveformUpdate =>
  waveformUpdate('live', patientId, waveform(code, AT_MS + index * 1_000))
const samplesOf = ({ samples }: { samples: ArrayBuffer | Uint8Array }): number => samples.byteLength / 2

describe('the newest samples of a bed', () => {
  it('are those of the last 30 s, as one update where they join', () => {
    const recent = new RecentWaves(KEPT)
    for (let index = 0; index < 100; index++) recent.waveform(second(index))
    const [update, ...others] = recent.waveforms('p1')
    assert.ok(update !== undefined)
    assert.equal(others.length, 0)
    assert.deepEqual([update.startTimeMs, samplesOf(update)], [AT_MS + 70_000, 30 * 250])
    assert.equal(recent.bytes, 30 * 500)
  })

  it('keep a hole, a changed scale and the order of time', () => {
    const recent = new RecentWaves(KEPT)
    recent.waveform(second(1))
    recent.waveform(second(0))
    recent.waveform(second(5))
    recent.waveform({ ...second(6), scale: 0.01 })
    assert.deepEqual(
      recent.waveforms('p1').map((update) => [(update.startTimeMs - AT_MS) / 1_000, samplesOf(update) / 250]),
      [
        [0, 2],
        [5, 1],
        [6, 1],
      ],
    )
  })

  it('are copies, and only of what is drawn', () => {
    const recent = new RecentWaves(KEPT)
    const update = second(0)
    recent.waveform(update)
    ;(update.samples as Uint8Array).fill(9)
    assert.notDeepEqual(recent.waveforms('p1')[0]?.samples, update.samples)
    recent.waveform(second(0, 'x_own'))
    assert.equal(recent.waveforms('p1').length, 1)
  })

  it('never take more than their bytes, by signal and in all; the bed that is silent for longest goes first', () => {
    const few = new RecentWaves({ ...KEPT, signalBytes: 2_000 })
    for (let index = 0; index < 20; index++) few.waveform(second(index))
    assert.equal(few.bytes, 2_000)
    const all = new RecentWaves({ ...KEPT, bytes: 1_600 })
    for (const patientId of ['p1', 'p2', 'p3']) all.waveform(second(0, 'pleth', patientId))
    all.waveform(second(1, 'pleth', 'p1'))
    assert.ok(all.bytes <= 1_600)
    assert.deepEqual([all.waveforms('p2').length, all.waveforms('p1').length], [0, 1])
    all.forget('p1')
    all.forget('p3')
    assert.equal(all.bytes, 0)
  })
})

it('a bed that is opened has its last seconds at once, marked as having been there before', async () => {
  const ward = await openWard()
  try {
    const nowMs = Date.now()
    const seconds = [5, 4, 3, 2, 1].map((ago) => nowMs - ago * 1_000)
    await ward.log.append([
      outbound('patient-context', context()),
      ...seconds.map((atMs) =>
        outbound('vitals', vitals(atMs, { waveforms: ['ecg', 'pleth'].map((code) => waveform(code, atMs)) })),
      ),
      outbound('heart-audio', heartSound(nowMs - 1_000)),
    ])
    await until(async () => ((await (await fetch(`${ward.url}/api/feeds`)).json()) as unknown[]).length === 2)
    const client = await ward.connect()
    const waves: WaveformUpdate[] = []
    const sounds: HeartSoundUpdate[] = []
    client.on('waveform', (update) => waves.push(update))
    client.on('heart-sound', (update) => sounds.push(update))
    await ask(client, 'watch', {})
    assert.equal(waves.length, 0, 'a board has none of it')
    await ask(client, 'watch', { patientId: 'patient-1' })
    await until(() => sounds.length === 1)
    assert.deepEqual(
      waves.map((update) => [update.code, update.recent, samplesOf(update) / 250]),
      [
        ['ecg', true, 5],
        ['pleth', true, 5],
      ],
    )
    assert.equal(sounds[0]?.recent, true)
  } finally {
    await ward.close()
  }
})
