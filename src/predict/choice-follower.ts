import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { type ModelChoice, readChoice } from './model-choice.ts'
import type { ModelShelf } from './model-shelf.ts'

const LOOK_EVERY_MS = 2_000

interface FollowerOptions {
  dataDir: string
  /** `--models` */
  configured: readonly string[]
  shelf: ModelShelf
  clock: Clock
  logger: Logger
}

/** Follows a person's choice of models while the ward runs. A choice that does not prove itself is refused once, and what served serves on. */
export class ChoiceFollower {
  readonly #options: FollowerOptions
  #timer: Timer | null = null
  #seen = ''
  #refused: string | null = null
  #turning = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Why the last choice is not followed; null: it is. */
  get refused(): string | null {
    return this.#refused
  }

  /** The choice to start with; what is configured, where the file of it is none. */
  async first(): Promise<Pick<ModelChoice, 'serving' | 'shadow'>> {
    const choice = await this.#read()
    const { configured } = this.#options
    return choice ?? { serving: [...configured], shadow: [] }
  }

  start(): void {
    this.#timer = this.#options.clock.every(LOOK_EVERY_MS, () => void this.look())
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** Looks at the file, and turns to what it says if that is new. */
  async look(): Promise<void> {
    if (this.#turning) return
    this.#turning = true
    try {
      const before = this.#seen
      const choice = await this.#read()
      if (choice === null || this.#seen === before) return
      const { shelf, logger } = this.#options
      this.#refused = await shelf.turnTo(choice.serving, choice.shadow)
      const { serving, shadow } = choice
      if (this.#refused === null) logger.info({ serving, shadow }, 'models changed')
      else logger.error({ serving, shadow, detail: this.#refused }, 'the chosen models are refused')
    } catch (error) {
      // Whatever the choice is, what serves goes on serving.
      this.#refused = error instanceof Error ? error.message : String(error)
      this.#options.logger.error({ err: error }, 'the chosen models are refused')
    } finally {
      this.#turning = false
    }
  }

  async #read(): Promise<ModelChoice | null> {
    const { dataDir, configured, logger } = this.#options
    try {
      const choice = await readChoice(dataDir, configured)
      this.#seen = JSON.stringify([choice.serving, choice.shadow])
      return choice
    } catch (error) {
      const refused = `the choice of models cannot be read: ${error instanceof Error ? error.message : String(error)}`
      if (this.#refused !== refused) logger.error({ detail: refused }, 'the chosen models are refused')
      this.#refused = refused
      return null
    }
  }
}
