import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { mixedSeed, type SeededRandom, seededRandom } from '../src/acquire/seeded-random.ts'
import { SystemClock } from '../src/clock.ts'
import { defaultConfig } from '../src/config.ts'
import { Metrics } from '../src/metrics.ts'
import { createPredictor } from '../src/predict/predictor.ts'
import type { Prediction } from '../src/reading.ts'
import { type Episode, EPISODE_START_MS, recordEpisode, type RecordedEpisode } from './support/episode.ts'
import { type Cut, type Logged, type Outcome, play } from './support/episode-run.ts'
import { eventTimeOf, goldenOf, linesOf, readGolden, writeGolden } from './support/golden-episode.ts'

/*
 * The way of a reading in one process, with no broker and a clock that is moved by hand: what the devices of a bed sent
 * goes through the log, join, predict and raise, and what comes out is compared with test/episodes/<name>.json.
 * After an intended change, `UPDATE_EPISODES=1 node --test dist/test/pipeline.test.js` writes these files anew; their
 * difference belongs into the review.
 */
const EPISODES: readonly Episode[] = [
  // Nothing happens: whatever alarms here is wrong.
  { name: 'well', bed: 7, fromS: 0, toS: 60 },
  // SpO2 falls below 90 at once, below 85 after 20 s, and is back in its limits after 105 s.
  { name: 'desaturation', bed: 0, fromS: 0, toS: 140 },
  // Heart rate and breath rate climb while the pressure falls; from 150 s on the scope rests.
  { name: 'sepsis-drift', bed: 1, fromS: 100, toS: 260 },
  // The electrodes are off from 60 to 115 s.
  { name: 'leads-off', bed: 3, fromS: 40, toS: 150 },
  // Nothing comes from the monitor from 500 to 545 s.
  { name: 'silent-monitor', bed: 3, fromS: 480, toS: 580 },
  // Nothing comes from the stethoscope from 90 to 180 s.
  { name: 'silent-stethoscope', bed: 4, fromS: 80, toS: 210 },
  // The monitor is 24 minutes slow, and at 300 s somebody sets it a minute and a half fast.
  { name: 'wrong-clock', bed: 6, fromS: 260, toS: 360 },
]
const CUTS = 3

describe('an episode', () => {
  // The model runs in a process of its own, in real time; its deadline is long, so that a slow machine gives the same answers.
  const predictor = createPredictor({
    config: defaultConfig({ predictDeadlineMs: 20_000 }),
    clock: new SystemClock(),
    metrics: new Metrics(),
    logger: pino({ level: 'silent' }),
  })
  before(() => predictor.start())
  after(() => predictor.stop())

  for (const episode of EPISODES) {
    describe(episode.name, () => {
      const random = seededRandom(mixedSeed(episode.bed, episode.fromS))
      let recorded: RecordedEpisode
      let undisturbed: Outcome
      before(async () => {
        recorded = await recordEpisode(episode)
        undisturbed = await play(recorded, predictor)
      })

      it('comes to the windows and alerts that were written down', () => {
        const golden = goldenOf(undisturbed)
        if (process.env['UPDATE_EPISODES'] === '1') writeGolden(episode.name, golden)
        const expected = readGolden(episode.name)
        assert.ok(expected !== null, `test/episodes/${episode.name}.json is not there`)
        assert.deepEqual(linesOf(golden), linesOf(expected))
        assertNothingTwice(undisturbed)
      })

      it('comes to the same when it is killed three times at a write', async () => {
        const alerts = undisturbed.alerts.filter(({ record }) => record.condition !== UNWATCHED)
        const cuts = threeOf((index): Cut => {
          const ofAlert = index % 2 === 0 && alerts.length > 0
          const atMs = momentOf(random, ofAlert ? alerts : undisturbed.predictions)
          const moment = random() < 0.5 ? 'before' : 'after'
          return { atMs, kind: 'killed', topic: ofAlert ? 'alerts' : 'predictions', moment }
        })
        assertSame(await play(recorded, predictor, cuts), undisturbed)
      })

      it('comes to the same when its stages are left behind three times on a log that closes', async () => {
        const cuts = threeOf((): Cut => {
          const atMs = momentOf(random, [...undisturbed.predictions, ...undisturbed.alerts])
          return { atMs, kind: 'abandoned', afterTurns: Math.floor(random() * 12) }
        })
        assertSame(await play(recorded, predictor, cuts), undisturbed)
      })

      it('comes to the same when it is stopped and started three times', async () => {
        const lengthMs = (episode.toS - episode.fromS) * 1_000
        const cuts = threeOf((): Cut => ({ atMs: EPISODE_START_MS + random() * lengthMs, kind: 'stopped' }))
        assertSame(await play(recorded, predictor, cuts), undisturbed)
      })
    })
  }
})

function threeOf(cut: (index: number) => Cut): Cut[] {
  return Array.from({ length: CUTS }, (_, index) => cut(index))
}

/** The second in which one of these was written: that is where a cut hurts most. */
function momentOf(random: SeededRandom, outputs: readonly Logged<unknown>[]): number {
  const chosen = outputs[Math.floor(random() * outputs.length)]
  assert.ok(chosen !== undefined, 'an episode has outputs')
  return Math.floor(chosen.appendTimeMs / 1_000) * 1_000
}

/** Whoever restarts was not watching; silence counts from there, so that such an alert may come or rise later. */
const UNWATCHED = 'technical:feed_idle:vitals'

function assertSame(disturbed: Outcome, undisturbed: Outcome): void {
  assert.equal(disturbed.restarts, CUTS)
  assertNothingTwice(disturbed)
  // First the short lines, whose difference can be read, then all there is.
  assert.deepEqual(linesOf(goldenOf(disturbed)).filter(isWindow), linesOf(goldenOf(undisturbed)).filter(isWindow))
  const windows = ({ predictions }: Outcome): Prediction[] => predictions.map(({ record }) => record)
  assert.deepEqual(windows(disturbed), windows(undisturbed))
  assert.deepEqual(transitionsOf(disturbed), transitionsOf(undisturbed))
  // What no window took may be told again after a crash, under the id it had.
  const setAside = ({ late, deadLetters }: Outcome): Set<string> =>
    new Set([...late, ...deadLetters].map(({ record }) => record.id))
  assert.deepEqual(setAside(disturbed), setAside(undisturbed))
}

function isWindow(line: string): boolean {
  return line.includes('"fromS"')
}

function transitionsOf({ alerts }: Outcome): string[] {
  const lines = alerts.map(({ record }) => {
    const { id, alertId, condition, transition, priority } = record
    return condition === UNWATCHED ? alertId : `${id} ${eventTimeOf(record)} ${condition} ${transition} ${priority}`
  })
  return [...new Set(lines)]
}

function assertNothingTwice({ predictions, alerts, state }: Outcome): void {
  const conditions = (state?.conditions ?? []).map(({ condition }) => condition)
  const sequences = alerts.map(({ record }) => String(record.bedSequence))
  const ids = [...predictions, ...alerts].map(({ record }) => record.id)
  for (const ones of [conditions, sequences, ids]) assert.equal(new Set(ones).size, ones.length)
}
