import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { PlaybackView } from '../../src/watch/events.ts'
import type { EpisodeItem, EpisodePage, EpisodeReader, History } from '../../src/watch/history.ts'
import { Playback } from '../../src/watch/playback.ts'
import { alertView, vitalsUpdate } from '../../src/watch/updates.ts'
import { alert, context, vitals } from './ward-records.ts'
import { ask, next, openWard, until, type WardUnderTest } from './ward-under-test.ts'

const STRETCH = { patientId: 'patient-1', fromMs: 0, toMs: 20_000 }

/** A stretch with vitals once a second and one alert at 5 s, in pages of ten seconds. */
function episode(): EpisodeReader {
  return {
    async *readStretch({ fromMs, toMs }): AsyncGenerator<EpisodePage> {
      for (let page = fromMs; page < toMs; page += 10_000) {
        const items: EpisodeItem[] = []
        for (let atMs = page; atMs < page + 10_000; atMs += 1_000) {
          items.push({ atMs, event: 'vitals', update: vitalsUpdate('playback', vitals(atMs)) })
          if (atMs === fromMs + 5_000)
            items.push({ atMs, event: 'alert', update: alertView('playback', alert('stored', 1), atMs) })
        }
        yield { throughMs: page + 10_000, items }
      }
    },
  }
}

function played(reader: EpisodeReader, speed: number) {
  const clock = new ManualClock(1_000_000)
  const shown: number[] = []
  const reports: PlaybackView[] = []
  const screen = { waitingBytes: 0 }
  const playback = new Playback({
    ...{ clock, reader, speed, stretch: STRETCH },
    show: ({ atMs }) => shown.push(atMs),
    report: (view) => reports.push(view),
    waitingBytes: () => screen.waitingBytes,
  })
  const run = playback.run()
  const pass = (ms: number): Promise<void> => clock.advanceSettled(ms, 10)
  return { playback, run, pass, shown, reports, screen }
}

describe('a playback', () => {
  it('shows a stretch in order at the speed that was asked for, and ends', async () => {
    const { run, pass, shown, reports } = played(episode(), 10)
    await pass(550)
    assert.equal(shown.at(-1), 5_000)
    await pass(2_000)
    await run
    assert.deepEqual(
      shown.filter((atMs, index) => shown.indexOf(atMs) === index),
      Array.from({ length: 20 }, (_, second) => second * 1_000),
    )
    assert.deepEqual([reports.at(-1)?.state, reports.at(-1)?.atMs], ['ended', 20_000])
  })

  it('changes its speed from where it is', async () => {
    const { playback, pass, shown, run } = played(episode(), 1)
    await pass(2_050)
    assert.equal(shown.at(-1), 2_000)
    playback.speed(60)
    await pass(400)
    assert.equal(playback.view().state, 'ended')
    await run
  })

  it('stops at once and shows nothing more', async () => {
    const { playback, pass, shown, run, reports } = played(episode(), 1)
    await pass(1_100)
    playback.stop()
    const before = shown.length
    await pass(5_000)
    await run
    assert.equal(shown.length, before)
    assert.equal(reports.at(-1)?.state, 'stopped')
  })

  it('waits for a slow screen instead of skipping', async () => {
    const { pass, shown, screen, playback } = played(episode(), 10)
    await pass(150)
    screen.waitingBytes = 1_000_000
    await pass(5_000)
    assert.equal(shown.at(-1), 1_000)
    screen.waitingBytes = 0
    await pass(200)
    assert.ok((shown.at(-1) ?? 0) >= 2_000 && (shown.at(-1) ?? 0) <= 4_000, `at ${shown.at(-1)} ms`)
    playback.stop()
  })

  it('fails with its code when the archive goes away', async () => {
    const broken: EpisodeReader = {
      readStretch: () => ({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new VigilError('DATABASE_UNAVAILABLE')) }),
      }),
    }
    const { run, reports } = played(broken, 1)
    await run
    assert.deepEqual([reports.at(-1)?.state, reports.at(-1)?.code], ['failed', 'DATABASE_UNAVAILABLE'])
  })
})

const NO_TREND = { times: [], values: [], lowest: [], highest: [] }
const NOTHING_STORED: Omit<History, 'readStretch'> = {
  trend: () => Promise.resolve(NO_TREND),
  riskTrend: () => Promise.resolve(NO_TREND),
  alerts: () => Promise.resolve([]),
  alertStory: () => Promise.resolve({ transitions: [], prediction: null, then: [] }),
  storedSpan: () => Promise.resolve(null),
  windows: () => Promise.resolve([]),
}

describe('a playback on a screen', () => {
  const history: History = {
    ...episode(),
    ...NOTHING_STORED,
    storedSpan: () => Promise.resolve({ fromMs: 0, toMs: 20_000 }),
  }
  let ward: WardUnderTest
  before(async () => {
    ward = await openWard({}, history)
    await ward.log.append([outbound('patient-context', context())])
    await until(() => fetch(`${ward.url}/api/beds/patient-1`).then(({ ok }) => ok))
  })
  after(() => ward.close())

  it('withholds the live readings of the bed from that screen alone, and never a live alert', async () => {
    const [playing, beside] = [await ward.connect(), await ward.connect()]
    for (const client of [playing, beside]) await ask(client, 'watch', { patientId: 'patient-1' })
    const modes = new Set<string>()
    playing.on('vitals', ({ mode }) => modes.add(mode))
    const stored = next(playing, 'alert', ({ mode }) => mode === 'playback')
    const ended = next(playing, 'playback', ({ state }) => state === 'ended')
    assert.ok((await ask(playing, 'playback-start', { ...STRETCH, speed: 60 })).ok)
    const at = new SystemClock().nowMs()
    const live = [
      next(beside, 'vitals', ({ mode }) => mode === 'live'),
      next(playing, 'alert', ({ mode }) => mode === 'live'),
    ]
    await ward.log.append([outbound('vitals', vitals(at)), outbound('alerts', alert('now', 1))])
    await Promise.all(live)
    assert.equal((await stored).alertId, 'stored')
    await ended
    assert.deepEqual([...modes], ['playback'])
    const resumed = next(playing, 'vitals', ({ mode }) => mode === 'live')
    await ward.log.append([outbound('vitals', vitals(at + 1_000, { sequence: 2 }))])
    assert.equal((await resumed).eventTimeMs, at + 1_000)
  })

  it('tells the stored span, and null as JSON where nothing is stored', async () => {
    const response = await fetch(`${ward.url}/api/beds/patient-1/stretches`)
    assert.deepEqual(await response.json(), { fromMs: 0, toMs: 20_000 })
    history.storedSpan = () => Promise.resolve(null)
    assert.equal(await (await fetch(`${ward.url}/api/beds/patient-1/stretches`)).json(), null)
  })
})
