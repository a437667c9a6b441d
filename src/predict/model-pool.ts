import type { Acuity } from './acuity.ts'
import type { ModelRunner, RowOutcome, RunnerState } from './model-runner.ts'
import type { ModelRun } from './predict-trace.ts'
import type { Tensors } from './tensor.ts'

/** What stands first is asked first. */
const READINESS: readonly RunnerState['kind'][] = ['ready', 'starting', 'down', 'unproven', 'stopped']

/**
 * One model in several processes, each proven by itself: all windows of a ward close at the same moment, and a session on the CPU uses one
 * core. A row goes to the process that has the fewest.
 */
export class ModelPool {
  readonly #runners: readonly ModelRunner[]
  #stopped = false

  constructor(runners: readonly ModelRunner[]) {
    this.#runners = runners
  }

  get states(): readonly Readonly<RunnerState>[] {
    return this.#runners.map(({ state }) => state)
  }

  get pids(): readonly number[] {
    return this.#runners.flatMap(({ pids }) => pids)
  }

  /** Rows that wait for their batch. */
  get waiting(): number {
    return this.#runners.reduce((sum, { waiting }) => sum + waiting, 0)
  }

  /** Rows that were asked for and have no answer yet. */
  get unanswered(): number {
    return this.#runners.reduce((sum, { unanswered }) => sum + unanswered, 0)
  }

  /** One after the other: a proof would be slowed by its neighbours and miss its deadline. */
  async start(): Promise<void> {
    for (const runner of this.#runners) if (!this.#stopped) await runner.start()
  }

  /** Scores one row; always resolves. `ran` hears of the run that answered it. */
  score(inputs: Tensors, acuity?: Acuity, ran?: (run: ModelRun) => void): Promise<RowOutcome> {
    const [first] = [...this.#runners].sort(
      (a, b) => READINESS.indexOf(a.state.kind) - READINESS.indexOf(b.state.kind) || a.unanswered - b.unanswered,
    )
    if (first === undefined) throw new Error('a pool has at least one process')
    return first.score(inputs, acuity, ran)
  }

  proveAgain(): void {
    for (const runner of this.#runners) runner.proveAgain()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#runners.map((runner) => runner.stop()))
  }
}
