import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type ModelCard, modelCardSchema } from '../predict/model-card.ts'
import { readChoice } from '../predict/model-choice.ts'
import { modelPath } from '../predict/model-folder.ts'

interface ModelCardsOptions {
  dataDir: string
  models: readonly string[]
  logger: Logger
}

/**
 * The cards of the models that answer here or did: those of the choice in force, its shadows, what served before, and those
 * shipped. A name is looked for among cards and never becomes a path by itself but below models/, where it can have no dot.
 */
export class ModelCards {
  readonly #options: ModelCardsOptions

  constructor(options: ModelCardsOptions) {
    this.#options = options
  }

  /** The card of this name; of several the one of the file with this hash. Null for a name no card has. */
  async find(name: string, sha256?: string): Promise<ModelCard | null> {
    const folders = [...new Set([...(await this.#folders()), name])]
    const cards = await Promise.all(folders.map((folder) => this.#read(folder)))
    const named = cards.filter((card) => card?.name === name)
    const exact = named.find((card) => card !== null && (card.sha256 === sha256 || card.small?.sha256 === sha256))
    return exact ?? named[0] ?? null
  }

  async #folders(): Promise<string[]> {
    const { dataDir, models, logger } = this.#options
    try {
      const { serving, shadow, previous } = await readChoice(dataDir, models)
      return [...serving, ...shadow, ...(previous ?? []), ...models].map((model) => model.replace(/:small$/, ''))
    } catch (error) {
      logger.warn({ err: error }, 'the choice of models could not be read; cards are those of the configured ones')
      return [...models]
    }
  }

  async #read(folder: string): Promise<ModelCard | null> {
    try {
      const text = await readFile(join(modelPath(folder), 'card.json'), 'utf8')
      return modelCardSchema.parse(JSON.parse(text))
    } catch {
      // Whoever loads a model says what is wrong with its card; here it has none to show.
      return null
    }
  }
}
