import { pino } from 'pino'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import { Metrics } from '../../src/metrics.ts'
import { createPredictor, type Predictor } from '../../src/predict/predictor.ts'
import { clock } from '../live/ward-process.ts'
import { type Outcome, type RunOptions, type Strikes } from './fault.ts'
import { outputsOf, type Result } from './outputs.ts'
import { recoveriesOf } from './recovery.ts'
import { type Expected, inputsOf, predictedTimes, undisturbedRun } from './undisturbed-run.ts'
import { verdictOf } from './verdict.ts'
import { tailOf, Ward } from './ward.ts'

export interface Disturbance {
  strikes: Strikes
  /** Processes at the start. */
  processes?: number
  /** How many of them reach the broker over a cable of their own. */
  behindCables?: number
  windowSizeMs?: number
  models?: readonly string[]
}

const WARM_MS = 4_000
const LIVE_WITHIN_MS = 60_000
/** Long enough after the recovery that what a process does on coming back can do its harm. */
const AFTER_MS = 4_000
const COMPLETE_WITHIN_MS = 20_000

/** One run: a ward works, a fault strikes it, it recovers, the load ends, and what it wrote is held against the undisturbed run. */
export async function disturbedRun({ lane, prefix, seed, length }: RunOptions, how: Disturbance): Promise<Outcome> {
  const { strikes, processes = 2, behindCables = 0, windowSizeMs, models } = how
  const random = seededRandom(mixedSeed(seed, 99))
  const ward = await Ward.open({
    lane,
    prefix,
    seed,
    ...(windowSizeMs === undefined ? {} : { windowSizeMs }),
    ...(models === undefined ? {} : { models }),
  })
  try {
    await Promise.all(
      Array.from({ length: processes }, (_, index) => (index < behindCables ? ward.joinBehindCable() : ward.join())),
    )
    ward.startLoad()
    if (!(await ward.isLive(LIVE_WITHIN_MS))) throw new Error(`the ward never began to work: ${tails(ward)}`)
    await clock.sleep(WARM_MS + random() * 2_500)
    const blowsMs = await strikes(ward, random, length)
    if (!(await ward.isLive(LIVE_WITHIN_MS))) ward.troubles.push(`the ward never went on: ${tails(ward)}`)
    await clock.sleep(AFTER_MS)
    await ward.endLoad()
    const outcome = await heldAgainstUndisturbed(ward, blowsMs)
    await ward.stop()
    return { ...outcome, troubles: ward.troubles }
  } finally {
    await ward.close()
    await lane.forget(prefix)
  }
}

async function heldAgainstUndisturbed(ward: Ward, blowsMs: readonly number[]): Promise<Omit<Outcome, 'troubles'>> {
  const inputs = await inputsOf(ward.log)
  const predictor = await predictorOf(ward)
  try {
    const expectedOf = async (results: readonly Result[]): Promise<Expected[]> =>
      undisturbedRun(inputs, ward.config, predictor, predictedTimes(results))
    const untilMs = clock.monotonicMs() + COMPLETE_WITHIN_MS
    for (;;) {
      const results = await outputsOf(ward.log)
      const expected = await expectedOf(results)
      const recoveries = recoveriesOf(results, expected, blowsMs)
      const verdict = verdictOf(results, expected, recoveries)
      if (verdict.missing === 0 || clock.monotonicMs() > untilMs)
        return { verdict, recoveryMs: Math.max(...recoveries.map(({ tookMs }) => tookMs)) }
      await clock.sleep(1_000)
    }
  } finally {
    await predictor.stop()
  }
}

async function predictorOf({ config }: Ward): Promise<Predictor> {
  // Nobody waits for the undisturbed answer: a busy machine must not make it another one.
  const patient = { ...config, predictDeadlineMs: 60_000 }
  const predictor = createPredictor({
    config: patient,
    clock,
    metrics: new Metrics(),
    logger: pino({ level: 'silent' }),
  })
  await predictor.start()
  return predictor
}

function tails(ward: Ward): string {
  return ward.processes.map(tailOf).join(' || ')
}
