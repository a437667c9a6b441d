import { pino } from 'pino'
import { type Config } from '../../src/config.ts'
import { type Log } from '../../src/ingest/log.ts'
import { Metrics } from '../../src/metrics.ts'
import { createPredictor, type Predictor } from '../../src/predict/predictor.ts'
import { clock } from '../live/ward-process.ts'
import { type Outcome } from './fault.ts'
import { outputsOf, type Result } from './outputs.ts'
import { recoveriesOf, type Wait, waitsOf } from './recovery.ts'
import { type Expected, inputsOf, predictedTimes, undisturbedRun } from './undisturbed-run.ts'
import { verdictOf } from './verdict.ts'

const COMPLETE_WITHIN_MS = 20_000
const LOOK_AGAIN_MS = 250

/** What a run shows, and how long each of its results was waited for. */
export type Compared = Omit<Outcome, 'troubles'> & { waits: readonly Wait[] }

/** Waits until what is in the log is all that an undisturbed run has, or for so long, and says how it compares. */
export async function heldAgainstUndisturbed(log: Log, config: Config, blowsMs: readonly number[]): Promise<Compared> {
  const inputs = await inputsOf(log)
  const predictor = await predictorOf(config)
  try {
    const expectedOf = async (results: readonly Result[]): Promise<Expected[]> =>
      undisturbedRun(inputs, config, predictor, predictedTimes(results))
    const untilMs = clock.monotonicMs() + COMPLETE_WITHIN_MS
    for (;;) {
      const results = await outputsOf(log)
      const expected = await expectedOf(results)
      const recoveries = recoveriesOf(results, expected, blowsMs)
      const verdict = verdictOf(results, expected, recoveries)
      if (verdict.missing === 0 || clock.monotonicMs() > untilMs) {
        const recoveriesMs = recoveries.map(({ tookMs }) => tookMs)
        return { verdict, recoveriesMs, recoveryMs: Math.max(...recoveriesMs), waits: waitsOf(results, expected) }
      }
      await clock.sleep(LOOK_AGAIN_MS)
    }
  } finally {
    await predictor.stop()
  }
}

async function predictorOf(config: Config): Promise<Predictor> {
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
