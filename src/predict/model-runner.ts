import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import type { ErrorCode } from '../errors.ts'
import type { Metrics } from '../metrics.ts'
import type { Acuity } from './acuity.ts'
import type { InferenceProcess, RunOutcome } from './inference-process.ts'
import type { ModelFolder } from './model-folder.ts'
import type { ModelRun } from './predict-trace.ts'
import { findProvenProvider, proveAgain, TRANSIENT, type SearchOutcome } from './provider-search.ts'
import { hasRows, rowOf, stack, type Tensors } from './tensor.ts'
import { TriageQueue } from './triage-queue.ts'

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 30_000
/** There a batch gains nothing, an ill patient's row waits for the one that runs, and a row of a fused model takes tens of milliseconds. */
const CPU_ROWS = 4

export type RowOutcome =
  { ok: true; outputs: Tensors; provider: string } | { ok: false; code: ErrorCode; detail: string }

export type RunnerState =
  | { kind: 'starting' }
  | { kind: 'ready'; process: InferenceProcess; provider: string }
  | { kind: 'down'; detail: string }
  | { kind: 'unproven'; code: ErrorCode; detail: string }
  | { kind: 'stopped' }

interface Waiting {
  inputs: Tensors
  acuity: Acuity
  retried: boolean
  patience: Timer
  settle: (outcome: RowOutcome) => void
  ran: (run: ModelRun) => void
}

export interface RunnerOptions {
  folder: ModelFolder
  providers: readonly string[]
  deadlineMs: number
  mostRows: number
  clock: Clock
  metrics: Metrics
  logger: Logger
}

/**
 * Keeps one model answering. Rows from any number of windows wait in one queue and go out in batches, one at a time,
 * those of the most ill first. A
 * process that dies is replaced and its rows are tried once more on the new one; one that hangs is killed and its rows
 * are given up, since their answer is already late. Nobody waits longer than twice the deadline.
 */
export class ModelRunner {
  readonly #options: RunnerOptions
  readonly #outputs: readonly string[]
  readonly #processes = new Set<InferenceProcess>()
  readonly #queue = new TriageQueue<Waiting>()
  #state: RunnerState = { kind: 'starting' }
  #restart: Timer | null = null
  #lastProvider: string | null = null
  #failures = 0
  #busy = false
  #running = 0
  #proofDue = false

  constructor(options: RunnerOptions) {
    this.#options = options
    this.#outputs = options.folder.card.outputs.map(({ name }) => name)
  }

  get state(): Readonly<RunnerState> {
    return this.#state
  }

  get pids(): readonly number[] {
    return [...this.#processes].flatMap(({ pid }) => pid ?? [])
  }

  /** Rows that wait for their batch. */
  get waiting(): number {
    return this.#queue.length
  }

  /** The same and those that are in a batch. */
  get unanswered(): number {
    return this.#queue.length + this.#running
  }

  start(): Promise<void> {
    return this.#open()
  }

  /** Scores one row; always resolves. `ran` hears of the run that answered it. */
  score(
    inputs: Tensors,
    acuity: Acuity = 'unknown',
    ran: (run: ModelRun) => void = () => undefined,
  ): Promise<RowOutcome> {
    if (this.#state.kind === 'unproven') return Promise.resolve({ ok: false, ...this.#state })
    if (this.#state.kind === 'stopped') return Promise.resolve(down('the stage is stopped'))
    return new Promise((resolve) => {
      const patience = this.#options.clock.after(2 * this.#options.deadlineMs, () => {
        const { kind } = this.#state
        waiting.settle(kind === 'ready' ? late('waited too long for its turn') : down(`the model is ${kind}`))
      })
      const waiting: Waiting = {
        inputs,
        acuity,
        retried: false,
        patience,
        ran,
        settle: (outcome) => {
          patience.cancel()
          this.#queue.remove(waiting)
          resolve(outcome)
        },
      }
      this.#queue.add(waiting)
      void this.#work()
    })
  }

  /** Asks for the golden cases again, between two batches; what was left out for its answers is tried anew. */
  proveAgain(): void {
    if (this.#state.kind === 'unproven') void this.#open()
    this.#proofDue = true
    void this.#work()
  }

  async stop(): Promise<void> {
    this.#state = { kind: 'stopped' }
    this.#restart?.cancel()
    for (const waiting of this.#queue.all) waiting.settle(down('the stage is stopped'))
    await Promise.all([...this.#processes].map((process) => process.stop()))
  }

  async #open(): Promise<void> {
    const { folder, providers, logger } = this.#options
    this.#state = { kind: 'starting' }
    const last = this.#lastProvider
    const order = last === null ? providers : [last, ...providers.filter((provider) => provider !== last)]
    const search = await this.#search(order)
    if (this.#isStopped()) return search.ok ? search.process.stop() : undefined
    const model = folder.card.name
    if (search.ok) {
      const { process, provider } = search
      this.#state = { kind: 'ready', process, provider }
      this.#lastProvider = provider
      logger.info({ model, provider, childPid: process.pid }, 'model proven')
      void process.exited.then(() => this.#replace(process, 'the inference process ended'))
      void this.#work()
    } else if (TRANSIENT.has(search.code)) {
      logger.error({ model, code: search.code, detail: search.detail }, 'model did not start')
      this.#openLater(search.detail)
    } else {
      logger.error({ model, code: search.code, detail: search.detail }, 'model is left out')
      this.#leaveOut(search.code, search.detail)
    }
  }

  async #search(order: readonly string[]): Promise<SearchOutcome> {
    try {
      return await findProvenProvider(this.#options.folder, order, this.#options.clock, (process) => {
        this.#processes.add(process)
        void process.exited.then(() => this.#processes.delete(process))
        if (this.#isStopped()) void process.stop()
      })
    } catch (error) {
      // A system that has no process or file handle to spare throws; later it may have.
      return { ok: false, code: 'MODEL_DOWN', detail: String(error) }
    }
  }

  /** A method, so that the compiler does not take the state before an await for the state after it. */
  #isStopped(): boolean {
    return this.#state.kind === 'stopped'
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      while (this.#state.kind === 'ready' && (this.#proofDue || this.#queue.length > 0)) {
        if (this.#proofDue) await this.#proveNow(this.#state.process)
        else await this.#runBatch(this.#state.process, this.#state.provider)
      }
    } finally {
      this.#busy = false
    }
  }

  async #runBatch(process: InferenceProcess, provider: string): Promise<void> {
    const { mostRows, deadlineMs, metrics, clock } = this.#options
    const batch = this.#queue.take(provider === 'cpu' ? Math.min(mostRows, CPU_ROWS) : mostRows)
    const [startedMs, startedAtMs] = [clock.monotonicMs(), clock.nowMs()]
    const inputs = stack(batch.map((waiting) => waiting.inputs))
    this.#running = batch.length
    const outcome = sized(await process.run(inputs, this.#outputs, deadlineMs), batch.length)
    this.#running = 0
    if (outcome.ok) {
      this.#failures = 0
      metrics.inferenceMs.observe(clock.monotonicMs() - startedMs)
      metrics.batchWindows.observe(batch.length)
      const run = { startedMs: startedAtMs, endedMs: clock.nowMs(), rows: batch.length }
      for (const { ran } of batch) ran(run)
      batch.forEach(({ settle }, index) => settle({ ok: true, outputs: rowOf(outcome.outputs, index), provider }))
      return
    }
    const again = outcome.code !== 'MODEL_DEADLINE' && !this.#isStopped()
    for (const waiting of batch.filter(({ retried }) => retried || !again)) waiting.settle(outcome)
    const retried = batch.filter((waiting) => !waiting.retried && again)
    for (const waiting of retried) waiting.retried = true
    this.#queue.addAgain(retried)
    this.#replace(process, outcome.detail)
  }

  async #proveNow(process: InferenceProcess): Promise<void> {
    this.#proofDue = false
    const { folder, logger, deadlineMs } = this.#options
    const proof = await proveAgain(process, folder, deadlineMs)
    if (proof.proven || this.#isStopped()) return
    logger.error({ model: folder.card.name, detail: proof.detail }, 'model failed its proof while running')
    this.#replace(process, proof.detail)
  }

  /** Does nothing for a process that is no longer the one in use. */
  #replace(process: InferenceProcess, detail: string): void {
    if (this.#state.kind !== 'ready' || this.#state.process !== process) return
    const { folder, logger, metrics } = this.#options
    metrics.modelRestarts.inc()
    logger.warn({ model: folder.card.name, detail }, 'inference process replaced')
    this.#state = { kind: 'down', detail }
    void process.stop()
    this.#openLater(detail)
  }

  /** At once after the first failure, then after ever longer waits until a batch succeeds. */
  #openLater(detail: string): void {
    const waitMs = this.#failures === 0 ? 0 : Math.min(FIRST_BACKOFF_MS * 2 ** (this.#failures - 1), LONGEST_BACKOFF_MS)
    this.#failures++
    if (waitMs === 0) {
      void this.#open()
      return
    }
    this.#state = { kind: 'down', detail }
    this.#restart = this.#options.clock.after(waitMs, () => void this.#open())
  }

  #leaveOut(code: ErrorCode, detail: string): void {
    this.#state = { kind: 'unproven', code, detail }
    for (const waiting of this.#queue.all) waiting.settle({ ok: false, code, detail })
  }
}

/** An answer for another number of rows than was asked is none. */
function sized(outcome: RunOutcome, rows: number): RunOutcome {
  if (!outcome.ok || hasRows(outcome.outputs, rows)) return outcome
  return { ok: false, code: 'MODEL_UNPROVEN', detail: 'the answer has another number of rows' }
}

function down(detail: string): RowOutcome {
  return { ok: false, code: 'MODEL_DOWN', detail }
}

function late(detail: string): RowOutcome {
  return { ok: false, code: 'MODEL_DEADLINE', detail }
}
