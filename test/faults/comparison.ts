import { pino } from 'pino'
import type { Config } from '../../src/config.ts'
import type { Log } from '../../src/ingest/log.ts'
import { Metrics } from '../../src/metrics.ts'
import { createPredictor, type Predictor } from '../../src/predict/predictor.ts'
import { clock } from '../live/ward-process.ts'
import type { Outcome } from './fault.ts'
import { isCompared, keyOf, OUTPUT_TOPICS, outputsOf, type Result } from './outputs.ts'
import { recoveriesOf, type Wait, waitsOf } from './recovery.ts'
import type { StrikeTimes } from './strike.ts'
import { predictedTimes, undisturbedAlerts } from './undisturbed-alerts.ts'
import { type Expected, inputsOf } from './undisturbed-inputs.ts'
import { undisturbedWindows } from './undisturbed-windows.ts'
import { verdictsOf } from './verdict.ts'

const COMPLETE_WITHIN_MS = 20_000
const LOOK_AGAIN_MS = 250

export interface Compared {
  /** Of each strike. */
  outcomes: readonly Omit<Outcome, 'troubles'>[]
  /** How long each result was waited for. */
  waits: readonly Wait[]
}

/**
 * Waits until what is in the log is all that an undisturbed run has, or for so long, and says how it compares. The undisturbed
 * run is made once: its windows hang on the inputs alone, and its alerts on when the ward's predictions came, which stands once all are there.
 */
export async function heldAgainstUndisturbed(
  log: Log,
  config: Config,
  strikes: readonly StrikeTimes[],
): Promise<Compared> {
  const inputs = await inputsOf(log)
  const predictor = await predictorOf(config)
  try {
    const { results: windows, predictions } = await undisturbedWindows(inputs, config, predictor)
    const untilMs = clock.monotonicMs() + COMPLETE_WITHIN_MS
    const early = await resultsWith(windows, log, untilMs)
    const expected = [...windows, ...(await undisturbedAlerts(inputs, predictions, config, predictedTimes(early)))]
    const results = await resultsWith(expected, log, untilMs)
    const recoveries = recoveriesOf(results, expected, strikes)
    const verdicts = verdictsOf(results, expected, strikes, recoveries)
    const outcomes = verdicts.map((verdict, index) => {
      const own = recoveries[index] ?? []
      const recoveriesMs = own.map(({ tookMs }) => tookMs)
      const slow = own.reduce((sum, { slowAfter }) => sum + slowAfter, 0)
      return { verdict, recoveriesMs, recoveryMs: Math.max(0, ...recoveriesMs), slow }
    })
    return { outcomes, waits: waitsOf(results, expected) }
  } finally {
    await predictor.stop()
  }
}

/** What is in the log as soon as all that is expected is there, or when the time is over. */
async function resultsWith(expected: readonly Expected[], log: Log, untilMs: number): Promise<readonly Result[]> {
  const wanted = expected.filter((result) => isCompared(result) && !result.mayBeAbsent).map(keyOf)
  let results: readonly Result[] = []
  let read = ''
  for (;;) {
    const ends = JSON.stringify(await Promise.all(OUTPUT_TOPICS.map((topic) => log.endOffsets(topic))))
    if (ends !== read) results = await outputsOf(log)
    read = ends
    const there = new Set(results.map(keyOf))
    if (wanted.every((key) => there.has(key)) || clock.monotonicMs() > untilMs) return results
    await clock.sleep(LOOK_AGAIN_MS)
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
