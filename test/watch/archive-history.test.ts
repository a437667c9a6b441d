import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import type { Archive } from '../../src/store/archive.ts'
import { openArchive } from '../../src/store/open-archive.ts'
import { archiveHistory } from '../../src/watch/archive-history.ts'
import type { EpisodeItem, History } from '../../src/watch/history.ts'
import { alert, frame, heartSound, prediction, vitals } from './ward-records.ts'

const AT_MS = 1_700_000_000_000
const STRETCH = { patientId: 'patient-1', fromMs: AT_MS, toMs: AT_MS + 60_000 }

describe('the history of the archive', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigil-history-'))
  let archive: Archive
  let history: History
  before(async () => {
    archive = await openArchive(defaultConfig({ dataDir }), new SystemClock(), pino({ level: 'silent' }))
    history = archiveHistory(archive)
    const readings = [1, 2, 3, 20, 21].map((second) => vitals(AT_MS + second * 1_000, { sequence: second }))
    const written = await archive.write({
      numerics: readings.flatMap((reading) => reading.numerics.map((numeric) => ({ reading, numeric }))),
      waveform_stretches: readings.flatMap((reading) => reading.waveforms.map((stretch) => ({ reading, stretch }))),
      heart_sounds: [heartSound(AT_MS + 1_500)],
      frames: [frame(AT_MS + 1_600)],
      windows: [prediction(AT_MS)],
      predictions: [prediction(AT_MS)],
      alerts: [alert('stored', 1, { eventTimeMs: AT_MS + 20_500, onsetTimeMs: AT_MS + 20_000 })],
    })
    assert.equal(written.outcome, 'written')
  })
  after(async () => {
    await archive.close()
    rmSync(dataDir, { recursive: true })
  })

  it('gives a stretch as updates marked playback, in the order of event time, with bytes as they came', async () => {
    const items: EpisodeItem[] = []
    for await (const page of history.readStretch(STRETCH)) items.push(...page.items)
    assert.deepEqual(new Set(items.map(({ update }) => update.mode)), new Set(['playback']))
    assert.deepEqual(
      items.map(({ atMs }) => atMs),
      items.map(({ atMs }) => atMs).sort((a, b) => a - b),
    )
    const kinds = ['alert', 'frame', 'heart-sound', 'prediction', 'vitals', 'waveform', 'window']
    assert.deepEqual([...new Set(items.map(({ event }) => event))].sort(), kinds)
    const sound = items.find(({ event }) => event === 'heart-sound')?.update as { samples: Uint8Array }
    assert.deepEqual(Buffer.from(sound.samples), heartSound(AT_MS).samples)
    const ecg = items.find(({ event }) => event === 'waveform')?.update as { samples: Uint8Array }
    assert.deepEqual(Buffer.from(ecg.samples), vitals(AT_MS).waveforms[0]?.samples)
  })

  it('marks the gap in a trend', async () => {
    const { times, values, lowest, highest } = await history.trend({ ...STRETCH, code: 'hr', points: 60 })
    assert.deepEqual(values, [72, 72, 72, null, 72, 72])
    assert.equal(times.length, values.length)
    assert.deepEqual([lowest, highest], [values, values])
  })

  it('gives the lowest and the highest beside the mean, and the score as a trend', async () => {
    const coarse = await history.trend({ ...STRETCH, code: 'hr', points: 2 })
    assert.deepEqual([coarse.lowest[0], coarse.values[0], coarse.highest[0]], [72, 72, 72])
    const { values } = await history.riskTrend({ ...STRETCH, points: 6 })
    assert.deepEqual(values, [0.25])
  })

  it('tells the stored span and the windows of a bed', async () => {
    assert.deepEqual(await history.storedSpan('patient-1'), { fromMs: AT_MS, toMs: AT_MS + 10_000 })
    assert.equal(await history.storedSpan('nobody'), null)
    const [window] = await history.windows(STRETCH)
    assert.deepEqual([window?.windowStartMs, window?.vitals, window?.rung], [AT_MS, 10, 'multimodal'])
    assert.deepEqual([window?.risk, window?.riskLow, window?.riskHigh], [0.25, 0.2, 0.31])
  })
})
