import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import type { Config } from '../config.ts'
import type { ErrorCode } from '../errors.ts'
import type { Conclusion } from '../join/window-record.ts'
import type { Metrics } from '../metrics.ts'
import type { Missing, PatientWindow } from '../reading.ts'
import type { Stage, StageHealth } from '../stage.ts'
import { NO_TRACER, type Tracer } from '../trace.ts'
import { type Acuity, acuityOf, byAcuity } from './acuity.ts'
import { ChoiceFollower } from './choice-follower.ts'
import { fuse } from './fusion.ts'
import { rungOf } from './ladder.ts'
import { absence, missing } from './missing.ts'
import { forChild, readAnswer, type ModelAnswer } from './model-answer.ts'
import type { RowOutcome } from './model-runner.ts'
import { type LoadedModel, ModelShelf } from './model-shelf.ts'
import { type ModelRun, traceConclusion } from './predict-trace.ts'
import { NEWS2_SCORER, type News2Answer, scoreNews2 } from './news2-scorer.ts'
import { Shadows } from './shadows.ts'
import { prepareWindow, type PreparedWindow, rowFor, unprepared } from './window-tensors.ts'

/** Drivers and cards have been seen to go wrong after hours: what was proven is proven again. */
const PROOF_PERIOD_MS = 3_600_000
const SHADOW_PERIOD_MS = 10_000

export interface Predictor extends Stage {
  readonly name: 'predict'
  /** Loads and proves the models. One that fails is left out and says so in `health`; that is no reason not to start. */
  start(): Promise<void>
  stop(): Promise<void>
  health(): StageHealth
  /**
   * One conclusion a window, in the same order, each as soon as it is there: those of the most ill first. None rejects for a model's sake:
   * it goes down the ladder.
   */
  conclude(windows: readonly PatientWindow[]): readonly Promise<Conclusion>[]
  /** All of them. */
  predict(windows: readonly PatientWindow[]): Promise<readonly Conclusion[]>
  /** Process ids of the models, for whoever watches memory. */
  pids(): readonly number[]
}

interface PredictorOptions {
  config: Pick<Config, 'dataDir' | 'models' | 'providers' | 'predictBatch' | 'predictProcesses' | 'predictDeadlineMs'>
  clock: Clock
  metrics: Metrics
  logger: Logger
  tracer?: Tracer
}

/** A window with what its vitals say of it, before any model was asked. */
interface Triaged {
  window: PatientWindow
  vitals: News2Answer
  acuity: Acuity
}

export function createPredictor({ config, clock, metrics, logger, tracer = NO_TRACER }: PredictorOptions): Predictor {
  const { providers, predictBatch: mostRows, predictProcesses: processes, predictDeadlineMs: deadlineMs } = config
  const shelf = new ModelShelf({ providers, mostRows, processes, deadlineMs, clock, metrics, logger })
  const { dataDir, models: configured } = config
  const follower = new ChoiceFollower({ dataDir, configured, shelf, clock, logger })
  const shadows = new Shadows({ metrics, logger })
  const timers: Timer[] = []
  let phase: 'new' | 'starting' | 'started' | 'stopped' = 'new'

  const concludeOne = async (prepared: PreparedWindow, { vitals, acuity }: Triaged): Promise<Conclusion> => {
    const { window } = prepared
    const startMs = clock.nowMs()
    const runs: ModelRun[] = []
    const { serving } = shelf
    const asked = Promise.all(serving.map((model) => ask(model, prepared, acuity, runs)))
    // Made now: when the window has been answered, nobody may look into it.
    const rows = shelf.shadows.map((shadow) => ({ shadow, row: rowFor(shadow.card.inputs, prepared) }))
    const answers = await asked
    for (const { shadow, row } of rows) {
      const beside = serving.findIndex(({ card }) => card.scorer === shadow.card.scorer)
      shadows.ask(shadow, row, prepared, answers[beside] ?? null)
    }
    const told = isAdult(vitals) ? answers : answers.map((answer) => answer && forChild(answer))
    const parts = [vitals.part, ...told.flatMap((answer) => (answer === null ? [] : [answer.part, ...answer.evidence]))]
    const lacking = [
      ...modalitiesLacking(prepared, answers, shelf.leftOut),
      ...told.flatMap((answer) => answer?.missing ?? []),
      // Where nothing of a monitor came, its signs are not listed one by one.
      ...vitals.missing.filter(({ input }) => !hasNoVitals(window) || input === NEWS2_SCORER),
    ]
    const weighing = told.find((answer) => answer?.weighed)
    const fused = fuse(parts, weighing?.weighed ?? null)
    const model = (weighing ?? answers.find((answer) => answer?.use))?.use ?? null
    const conclusion = { rung: rungOf(parts), ...fused, missing: unique(lacking), model }
    traceConclusion(tracer, { window, startMs, endMs: clock.nowMs(), conclusion, runs })
    return conclusion
  }

  const conclude = (windows: readonly PatientWindow[]): readonly Promise<Conclusion>[] => {
    const triaged = windows.map((window): Triaged => {
      const vitals = scoreNews2(window)
      return { window, vitals, acuity: acuityOf(vitals) }
    })
    const conclusions = new Map<Triaged, Promise<Conclusion>>()
    let turn: Promise<unknown> = Promise.resolve()
    for (const one of byAcuity(triaged)) {
      const prepared = turn.then(() => prepareWindow(one.window, shelf.wanted))
      // Preparing takes milliseconds a window; between two of them everyone else has a turn.
      turn = prepared.catch(() => undefined).then(() => new Promise<void>((resolve) => setImmediate(resolve)))
      conclusions.set(
        one,
        prepared.then((window) => concludeOne(window, one)),
      )
    }
    return triaged.flatMap((one) => conclusions.get(one) ?? [])
  }

  metrics.beforeRender(() => metrics.modelQueueWindows.set(shelf.all.reduce((sum, { pool }) => sum + pool.waiting, 0)))

  return {
    name: 'predict',
    async start() {
      phase = 'starting'
      const { serving, shadow } = await follower.first()
      await shelf.start(serving, shadow)
      if (isStopped()) return
      phase = 'started'
      follower.start()
      timers.push(
        clock.every(PROOF_PERIOD_MS, () => shelf.proveAgain()),
        clock.every(SHADOW_PERIOD_MS, () => void shadows.save(dataDir)),
      )
    },
    async stop() {
      phase = 'stopped'
      follower.stop()
      for (const timer of timers) timer.cancel()
      await Promise.all([shelf.stop(), shadows.save(dataDir)])
    },
    health: () => healthOf(phase, shelf, follower.refused),
    conclude,
    predict: (windows) => Promise.all(conclude(windows)),
    pids: () => shelf.all.flatMap(({ pool }) => pool.pids),
  }

  /** A function, so that the compiler does not take the phase before an await for the phase after it. */
  function isStopped(): boolean {
    return phase === 'stopped'
  }
}

/** null: the window has nothing for this model. */
async function ask(
  { card, pool }: LoadedModel,
  prepared: PreparedWindow,
  acuity: Acuity,
  runs: ModelRun[],
): Promise<ModelAnswer | null> {
  const row = rowFor(card.inputs, prepared)
  if (!row.ok) return null
  const outcome: RowOutcome = await pool.score(row.inputs, acuity, (run) => runs.push(run))
  return readAnswer(card, outcome, row.modalities, prepared)
}

/** What no scorer could use, by modality. */
function modalitiesLacking(
  prepared: PreparedWindow,
  answers: readonly (ModelAnswer | null)[],
  leftOut: readonly { code: ErrorCode }[],
): Missing[] {
  const { window } = prepared
  const lacking: Missing[] = []
  if (hasNoVitals(window)) lacking.push(missing('vitals', absence(window, 'vitals')))
  const unusable = unprepared(prepared)
  const used = new Set(answers.flatMap((answer) => answer?.given ?? []))
  lacking.push(...unusable)
  for (const modality of ['pcg', 'video'] as const) {
    if (used.has(modality) || unusable.some(({ input }) => input === modality)) continue
    // A model that is left out may be the one that would have read it.
    const unread = leftOut[0]?.code ?? 'no_model'
    lacking.push(missing(modality, window.readings.counts[modality] > 0 ? unread : absence(window, modality)))
  }
  return lacking
}

/** NEWS2 is made for adults, and so is the risk of a fused model. */
function isAdult({ missing: lacking }: News2Answer): boolean {
  return !lacking.some(({ input, reason }) => input === NEWS2_SCORER && reason === 'not_applicable')
}

function hasNoVitals(window: PatientWindow): boolean {
  return window.readings.counts.vitals === 0
}

function unique(lacking: readonly Missing[]): Missing[] {
  return [...new Map(lacking.map((entry) => [`${entry.input}\n${entry.reason}`, entry])).values()]
}

function healthOf(
  phase: 'new' | 'starting' | 'started' | 'stopped',
  { serving, shadows, leftOut }: ModelShelf,
  refused: string | null,
): StageHealth {
  if (phase === 'stopped') return { state: 'stopped', detail: 'stopped' }
  if (phase !== 'started') return { state: 'starting', detail: 'models are being proven' }
  const troubles = leftOut.map(({ model, code }) => `${model} is left out (${code})`)
  if (refused !== null) troubles.push(`the chosen models are refused: ${refused}`)
  const answering: string[] = []
  for (const { card, pool } of serving) {
    for (const state of pool.states) {
      if (state.kind === 'ready') answering.push(`${card.name} ${card.version} on ${state.provider}`)
      else if (state.kind === 'unproven') troubles.push(`${card.name} is left out (${state.code})`)
      else troubles.push(`${card.name} is being restarted`)
    }
  }
  const beside = shadows.map(({ card }) => `${card.name} ${card.version} in the shadow`)
  const detail = [...new Set([...answering, 'NEWS2', ...beside, ...troubles])].join('; ')
  return { state: troubles.length > 0 ? 'degraded' : 'running', detail }
}
