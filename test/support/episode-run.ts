import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import type { Log } from '../../src/ingest/log.ts'
import { openLog } from '../../src/ingest/open-log.ts'
import type { RecordOf, TopicName } from '../../src/ingest/topics.ts'
import { JoinStage } from '../../src/join/join-stage.ts'
import { Metrics } from '../../src/metrics.ts'
import type { Predictor } from '../../src/predict/predictor.ts'
import { createRaiseStage } from '../../src/raise/raise-stage.ts'
import type { Alert, AlertState, LateReading, Prediction } from '../../src/reading.ts'
import type { DeadLetter } from '../../src/records.ts'
import type { Stage } from '../../src/stage.ts'
import { EPISODE_START_MS, type RecordedEpisode } from './episode.ts'
import { type DeathMoment, ObservedLog } from './observed-log.ts'

/** How a ward comes to its end during a second of the episode. */
export type Cut = { atMs: number } &
  /** The process is killed at an append of this topic: it ends there, and its log is opened by the next. */
  (
    | { kind: 'killed'; topic: TopicName; moment: DeathMoment }
    /** The log is closed under stages that know of nothing and go on, so many turns of the event loop after the readings came. */
    | { kind: 'abandoned'; afterTurns: number }
    /** The stages are stopped as Ctrl-C stops them. */
    | { kind: 'stopped' }
  )

/** What an episode left in the log. */
export interface Outcome {
  /** With their append times, in the order of the log. */
  predictions: readonly Logged<Prediction>[]
  alerts: readonly Logged<Alert>[]
  /** The newest state of the bed. */
  state: AlertState | null
  /** Readings that no window took. */
  late: readonly Logged<LateReading>[]
  deadLetters: readonly Logged<DeadLetter>[]
  restarts: number
}

export interface Logged<T> {
  appendTimeMs: number
  record: T
}

/** Join, predict and raise on one log. */
interface Ward {
  /** The log itself: it takes readings whatever becomes of the stages. */
  disk: Log
  /** As the stages see it. */
  log: ObservedLog
  stages: readonly Stage[]
}

/**
 * Plays an episode through the real log, join, predict and raise, a second at a time on a clock that it moves by hand. Each
 * second the stages come to rest before the next begins, so that the outcome depends on nothing but the readings.
 */
export async function play(
  { context, slices }: RecordedEpisode,
  predictor: Predictor,
  cuts: readonly Cut[] = [],
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-episode-'))
  const clock = new ManualClock(EPISODE_START_MS)
  const coming = [...cuts].sort((one, other) => one.atMs - other.atMs)
  let restarts = 0
  let ward = await openWard(folder, clock, predictor)
  const restart = async (): Promise<void> => {
    await ward.disk.close()
    ward = await openWard(folder, clock, predictor)
    restarts++
  }
  try {
    await ward.disk.append([context])
    await atRest(ward)
    for (const { receivedThroughMs, records } of slices) {
      clock.moveTo(receivedThroughMs)
      await ward.disk.append(records)
      for (let cut = next(coming, receivedThroughMs); cut !== undefined; cut = next(coming, receivedThroughMs)) {
        if (cut.kind === 'killed') ward.log.dieAtAppend(cut.topic, cut.moment)
        if (cut.kind === 'abandoned') await turns(cut.afterTurns)
        if (cut.kind === 'stopped') for (const stage of ward.stages) await stage.stop()
        if (cut.kind !== 'killed' || (await atRest(ward)) === 'died') await restart()
      }
      if ((await atRest(ward)) === 'died') {
        await restart()
        await atRest(ward)
      }
    }
    const outcome = { ...(await outcomeOf(ward.disk)), restarts }
    for (const stage of ward.stages) await stage.stop()
    return outcome
  } finally {
    await ward.disk.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function openWard(folder: string, clock: ManualClock, predictor: Predictor): Promise<Ward> {
  // One partition holds the one bed; the log need not outlive the machine, so it is hardly ever forced to disk.
  const config = defaultConfig({ dataDir: folder, partitions: 1, logSyncMs: 60_000 })
  const logger = pino({ level: 'silent' })
  const disk = await openLog(config, clock, logger)
  const log = new ObservedLog(disk, clock)
  const shared = { log, config, clock, metrics: new Metrics(), logger }
  const stages = [
    new JoinStage({
      ...shared,
      conclude: (windows) => predictor.conclude(windows).map((answer) => log.during(answer)),
    }),
    createRaiseStage(shared),
  ]
  for (const stage of stages) await stage.start()
  return { disk, log, stages }
}

/** Waits until a step has had all its effects; a stage that failed fails the test. */
async function atRest({ log, stages }: Ward): Promise<'settled' | 'died'> {
  const end = await log.settled()
  for (const stage of stages) {
    const { state, detail } = stage.health()
    if (state !== 'running') throw new Error(`${stage.name} is ${state}: ${detail}`)
  }
  return end
}

async function outcomeOf(log: Log): Promise<Omit<Outcome, 'restarts'>> {
  const states = await all(log, 'alert-state')
  return {
    predictions: await all(log, 'predictions'),
    alerts: await all(log, 'alerts'),
    state: states.at(-1)?.record ?? null,
    late: await all(log, 'late-readings'),
    deadLetters: await all(log, 'dead-letter'),
  }
}

async function all<T extends TopicName>(log: Log, topic: T): Promise<Logged<RecordOf[T]>[]> {
  const found: Logged<RecordOf[T]>[] = []
  for await (const logged of log.readAll(topic)) {
    const read = readRecord(topic, logged)
    if (!read.ok) throw new Error(`${topic}: ${read.code}`)
    found.push({ appendTimeMs: logged.appendTimeMs, record: read.record })
  }
  return found
}

function next(coming: Cut[], nowMs: number): Cut | undefined {
  return (coming[0]?.atMs ?? Infinity) <= nowMs ? coming.shift() : undefined
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
