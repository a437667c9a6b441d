import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Metrics } from '../metrics.ts'
import { type ModelAnswer, readAnswer } from './model-answer.ts'
import type { LoadedModel } from './model-shelf.ts'
import { ShadowComparison, type ShadowFigures } from './shadow-comparison.ts'
import type { PreparedWindow, Row } from './window-tensors.ts'

/** A shadow that has fallen so far behind is not asked: what serves must not wait for memory. */
const MOST_BEHIND = 200

const count = z.number().int().nonnegative()
const savedSchema = z.strictObject({
  model: z.string(),
  figures: z.strictObject({
    windows: count,
    bothAnswered: count,
    onlyServing: count,
    onlyShadow: count,
    sameDecision: count,
    sum: z.number(),
    squares: z.number(),
    sizes: z.number(),
    pairs: z.record(z.string(), count),
  }),
})

/** Asks the models in the shadow what those that serve were asked, afterwards and last, and keeps how they compare. Nobody is told. */
export class Shadows {
  readonly #comparisons = new Map<string, { model: LoadedModel; comparison: ShadowComparison }>()
  readonly #metrics: Metrics
  readonly #logger: Logger

  constructor({ metrics, logger }: { metrics: Metrics; logger: Logger }) {
    this.#metrics = metrics
    this.#logger = logger
  }

  /**
   * `row`: what the shadow gets, made while the window is there. It is held against the answer of the model with the same scorer; none: it is
   * only counted.
   */
  ask(shadow: LoadedModel, row: Row, prepared: PreparedWindow, serving: ModelAnswer | null): void {
    if (!row.ok || shadow.pool.unanswered > MOST_BEHIND) return
    const compared = shadow.pool.score(row.inputs, 'routine').then((outcome) => {
      const { model, comparison } = this.#of(shadow)
      const answer = readAnswer(model.card, outcome, row.modalities, prepared)
      comparison.add(serving, answer)
      const same = serving?.part.findings[0]?.code === answer.part.findings[0]?.code
      const outcomeName = answer.use === null ? 'no_answer' : same ? 'same' : 'different'
      this.#metrics.shadowWindows.inc({ model: model.card.name, outcome: outcomeName })
    })
    // Whatever a shadow does, the ward goes on.
    compared.catch((error: unknown) => this.#logger.warn({ err: error }, 'a model in the shadow could not be compared'))
  }

  /** Leaves the figures of this process where `vigil shadow` finds them. */
  async save(dataDir: string): Promise<void> {
    const folder = shadowFolder(dataDir)
    try {
      for (const { model, comparison } of this.#comparisons.values()) {
        await mkdir(folder, { recursive: true })
        const { name, sha256 } = model.card
        const file = join(folder, `${name}-${sha256.slice(0, 12)}-${process.pid}.json`)
        await writeFile(`${file}.new`, JSON.stringify({ model: model.name, figures: comparison.figures }))
        await rename(`${file}.new`, file)
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'the figures of a shadow could not be written')
    }
  }

  #of(model: LoadedModel): { model: LoadedModel; comparison: ShadowComparison } {
    const key = model.card.sha256
    const kept = this.#comparisons.get(key) ?? { model, comparison: new ShadowComparison() }
    this.#comparisons.set(key, kept)
    return kept
  }
}

export function shadowFolder(dataDir: string): string {
  return join(dataDir, 'shadow')
}

/** The figures of all processes, by model as it was named. */
export async function readShadowFigures(dataDir: string): Promise<Map<string, ShadowFigures>> {
  const all = new Map<string, ShadowFigures>()
  const names = await readdir(shadowFolder(dataDir)).catch(() => [])
  for (const name of names.filter((file) => file.endsWith('.json'))) {
    const { model, figures } = savedSchema.parse(JSON.parse(await readFile(join(shadowFolder(dataDir), name), 'utf8')))
    const sum = all.get(model)
    all.set(model, sum === undefined ? figures : added(sum, figures))
  }
  return all
}

export async function forgetShadowFigures(dataDir: string): Promise<void> {
  await rm(shadowFolder(dataDir), { recursive: true, force: true })
}

function added(a: ShadowFigures, b: ShadowFigures): ShadowFigures {
  const pairs = { ...a.pairs }
  for (const [pair, times] of Object.entries(b.pairs)) pairs[pair] = (pairs[pair] ?? 0) + times
  const { windows, bothAnswered, onlyServing, onlyShadow, sameDecision, sum, squares, sizes } = a
  return {
    windows: windows + b.windows,
    bothAnswered: bothAnswered + b.bothAnswered,
    onlyServing: onlyServing + b.onlyServing,
    onlyShadow: onlyShadow + b.onlyShadow,
    sameDecision: sameDecision + b.sameDecision,
    sum: sum + b.sum,
    squares: squares + b.squares,
    sizes: sizes + b.sizes,
    pairs,
  }
}
