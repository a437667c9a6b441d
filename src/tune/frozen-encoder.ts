import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { ModelFolder } from '../predict/model-folder.ts'
import { ModelRunner, type RowOutcome } from '../predict/model-runner.ts'
import type { Tensors } from '../predict/tensor.ts'

const DEADLINE_MS = 30_000
const MOST_ROWS = 32

/** A model that is asked and not changed: proven on the CPU as at the bedside, so that what is learnt is learnt from what will be seen. */
export class FrozenEncoder {
  readonly #runner: ModelRunner

  constructor(folder: ModelFolder, { clock, metrics, logger }: { clock: Clock; metrics: Metrics; logger: Logger }) {
    this.#runner = new ModelRunner({
      folder,
      providers: ['cpu'],
      deadlineMs: DEADLINE_MS,
      mostRows: MOST_ROWS,
      clock,
      metrics,
      logger,
    })
  }

  /** null: it is proven; otherwise why not. */
  async start(): Promise<string | null> {
    await this.#runner.start()
    const { state } = this.#runner
    if (state.kind === 'ready') return null
    return 'detail' in state ? state.detail : state.kind
  }

  score(inputs: Tensors): Promise<RowOutcome> {
    return this.#runner.score(inputs)
  }

  stop(): Promise<void> {
    return this.#runner.stop()
  }
}
