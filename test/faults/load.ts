import { mixedSeed } from '../../src/acquire/seeded-random.ts'
import { RETRYABLE, VigilError } from '../../src/errors.ts'
import type { Log } from '../../src/ingest/log.ts'
import type { Outbound } from '../../src/reading.ts'
import { clock } from '../live/ward-process.ts'
import { BedLoad, type Due, patientsFor } from './bed-load.ts'

export interface LoadOptions {
  log: Log
  seed: number
  bedsPerPartition: number
  audible: boolean
  windowSizeMs: number
}

const TICK_MS = 250
const RETRY_MS = 200
/** Who is in a bed is known before it is measured there: on two topics that are read as they come, the order would be chance. */
const ADMITTED_MS = 1_500
/** Beds speak spread over this much of a second. */
const SPREAD_MS = 900

/**
 * A seeded ward that writes to the log itself, in real time. While the log is away it keeps what it has, in order, and
 * sends it when the log is back, as acquire does with its spool.
 */
export class Load {
  readonly #options: LoadOptions
  readonly #beds: readonly BedLoad[]
  readonly #startMs: number
  readonly #due: Due[] = []
  #waiting: Outbound[] = []
  #second = 0
  #ending = false
  #abandoned = false
  #ended: Promise<void> | null = null
  sent = 0

  constructor(options: LoadOptions) {
    const { log, seed, bedsPerPartition, audible } = options
    this.#options = options
    this.#startMs = clock.nowMs() + ADMITTED_MS
    const patients = patientsFor(log.partitions, bedsPerPartition, `bed${seed}`)
    this.#beds = patients.map((patientId, index) => {
      const phaseMs = Math.floor((index * SPREAD_MS) / patients.length)
      return new BedLoad({ patientId, seed: mixedSeed(seed, index), startMs: this.#startMs, phaseMs, audible })
    })
  }

  /** To be called at once; the first reading comes a moment after the patients. */
  start(): void {
    this.#waiting.push(...this.#beds.map((bed) => bed.context()))
    this.#ended = this.#flush().then(() => this.#run())
  }

  /** Sends what is still on its way, then the heartbeats after which every window can close; resolves when all is in the log. */
  async end(): Promise<void> {
    this.#ending = true
    await this.#ended
    this.#waiting.push(...this.#due.sort((a, b) => a.dueMs - b.dueMs).map(({ record }) => record))
    await this.#flush()
    const seconds = this.#second + Math.ceil((3 * this.#options.windowSizeMs) / 1_000)
    this.#waiting.push(...this.#beds.flatMap((bed) => bed.heartbeats(seconds)))
    await this.#flush()
  }

  /** Says and sends nothing any more, whatever waits. */
  abandon(): void {
    this.#ending = true
    this.#abandoned = true
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      const nowMs = clock.nowMs() - this.#startMs
      for (; this.#second * 1_000 <= nowMs; this.#second++)
        this.#due.push(...this.#beds.flatMap((bed) => bed.second(this.#second)))
      this.#due.sort((a, b) => a.dueMs - b.dueMs)
      const first = this.#due.findIndex(({ dueMs }) => dueMs > nowMs)
      this.#waiting.push(...this.#due.splice(0, first < 0 ? this.#due.length : first).map(({ record }) => record))
      await this.#flush()
      await clock.sleep(TICK_MS)
    }
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#abandoned) {
      const records = this.#waiting
      try {
        await this.#options.log.append(records)
        this.sent += records.length
        this.#waiting = []
      } catch (error) {
        if (!(error instanceof VigilError) || !RETRYABLE.has(error.code)) throw error
        await clock.sleep(RETRY_MS)
        // Readings go on being made, on time; they only cannot be sent.
        if (!this.#ending) return
      }
    }
  }
}
