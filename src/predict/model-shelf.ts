import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { ErrorCode } from '../errors.ts'
import type { Metrics } from '../metrics.ts'
import type { ModelCard } from './model-card.ts'
import { readModelFolder } from './model-folder.ts'
import { ModelPool } from './model-pool.ts'
import { ModelRunner } from './model-runner.ts'
import type { TensorSource } from './window-tensors.ts'

const RETIRE_EVERY_MS = 50

export interface LoadedModel {
  /** as it was named: below models/, or a path */
  name: string
  card: ModelCard
  pool: ModelPool
}

export interface LeftOut {
  model: string
  code: ErrorCode
}

interface ShelfOptions {
  providers: readonly string[]
  processes: number
  mostRows: number
  deadlineMs: number
  clock: Clock
  metrics: Metrics
  logger: Logger
}

type Loaded = { ok: true; model: LoadedModel } | { ok: false; code: ErrorCode; detail: string }

/**
 * The models that answer, and those that run in their shadow. They are changed while windows come: what is new is loaded and proven beside,
 * then takes the place of what served, which ends when it has answered all that it was asked.
 */
export class ModelShelf {
  readonly #options: ShelfOptions
  #serving: readonly LoadedModel[] = []
  #shadows: readonly LoadedModel[] = []
  #leftOut: readonly LeftOut[] = []
  #wanted: ReadonlySet<TensorSource> = new Set()
  readonly #retiring = new Set<Promise<void>>()
  readonly #loading = new Set<ModelPool>()
  #stopped = false

  constructor(options: ShelfOptions) {
    this.#options = options
  }

  get serving(): readonly LoadedModel[] {
    return this.#serving
  }

  get shadows(): readonly LoadedModel[] {
    return this.#shadows
  }

  /** What was named at the start and could not be read. */
  get leftOut(): readonly LeftOut[] {
    return this.#leftOut
  }

  /** What the models ask windows for. */
  get wanted(): ReadonlySet<TensorSource> {
    return this.#wanted
  }

  get all(): readonly LoadedModel[] {
    return [...this.#serving, ...this.#shadows]
  }

  /** One after the other: each proof would otherwise be slowed by its neighbours. What fails is left out, and the ward starts without it. */
  async start(serving: readonly string[], shadow: readonly string[]): Promise<void> {
    const leftOut: LeftOut[] = []
    const load = async (names: readonly string[]): Promise<LoadedModel[]> => {
      const loaded: LoadedModel[] = []
      for (const name of names) {
        if (this.#stopped) break
        const one = await this.#load(name)
        if (one.ok) loaded.push(one.model)
        else leftOut.push({ model: name, code: one.code })
      }
      return loaded
    }
    this.#put(await load(serving), await load(shadow))
    this.#leftOut = leftOut
  }

  /**
   * Changes what serves and what is in the shadow. Null: done. Otherwise why not: something new does not prove itself, and all goes on as it
   * was.
   */
  async turnTo(serving: readonly string[], shadow: readonly string[]): Promise<string | null> {
    const known = new Map(this.all.map((model) => [model.name, model]))
    const fresh: LoadedModel[] = []
    for (const name of new Set([...serving, ...shadow])) {
      if (known.has(name)) continue
      const one = await this.#load(name)
      const proven = one.ok && one.model.pool.states.some(({ kind }) => kind === 'ready')
      if (one.ok) fresh.push(one.model)
      if (!proven || this.#stopped) {
        await Promise.all(fresh.map(({ pool }) => pool.stop()))
        return `${name}: ${one.ok ? 'it does not prove itself' : `${one.detail} (${one.code})`}`
      }
      if (one.ok) known.set(name, one.model)
    }
    const chosen = (names: readonly string[]): LoadedModel[] => names.flatMap((name) => known.get(name) ?? [])
    const before = this.all
    this.#put(chosen(serving), chosen(shadow))
    this.#leftOut = []
    for (const model of before) if (!this.all.includes(model)) this.#retire(model)
    return null
  }

  proveAgain(): void {
    for (const { pool } of this.all) pool.proveAgain()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const pools = [...this.all.map(({ pool }) => pool), ...this.#loading]
    await Promise.all([...pools.map((pool) => pool.stop()), ...this.#retiring])
  }

  #put(serving: readonly LoadedModel[], shadows: readonly LoadedModel[]): void {
    this.#serving = serving
    this.#shadows = shadows
    this.#wanted = new Set(this.all.flatMap(({ card }) => card.inputs.map(({ source }) => source)))
  }

  async #load(name: string): Promise<Loaded> {
    const { processes, logger } = this.#options
    const read = await readModelFolder(name)
    if (!read.ok) {
      logger.error({ model: name, code: read.code, detail: read.detail }, 'model is left out')
      return read
    }
    const options = { ...this.#options, folder: read.folder }
    const pool = new ModelPool(Array.from({ length: processes }, () => new ModelRunner(options)))
    this.#loading.add(pool)
    await pool.start()
    this.#loading.delete(pool)
    return { ok: true, model: { name, card: read.folder.card, pool } }
  }

  /** It has been asked for the last time; it ends when it has answered. */
  #retire({ name, pool }: LoadedModel): void {
    const { clock, logger } = this.#options
    const retiring = (async () => {
      while (pool.unanswered > 0 && !this.#stopped) await clock.sleep(RETIRE_EVERY_MS)
      await pool.stop()
      logger.info({ model: name }, 'model retired')
    })()
    this.#retiring.add(retiring)
    const gone = (): void => void this.#retiring.delete(retiring)
    retiring.then(gone, (error: unknown) => {
      gone()
      logger.error({ model: name, err: error }, 'a retired model did not end')
    })
  }
}
