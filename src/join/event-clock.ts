import type { LogRecord } from '../ingest/log.ts'
import type { Modality, SourceProgress } from '../reading.ts'

/**
 * The event clock of one source, a feed of one patient. Event time only moves it on; that time went by without a record it
 * learns from the log's append time, so that a second reading of the log decides the same.
 */
export class EventClock {
  readonly modality: Modality
  readonly feedId: string
  readonly #idleMs: number
  #watermarkMs: number
  #lastAppendTimeMs: number
  #idle: boolean
  #ended = false
  #unsavedOffset = Infinity

  constructor(progress: SourceProgress, idleMs: number) {
    this.modality = progress.modality
    this.feedId = progress.feedId
    this.#watermarkMs = progress.watermarkMs
    this.#lastAppendTimeMs = progress.lastAppendTimeMs
    this.#idle = progress.idle
    this.#idleMs = idleMs
  }

  /**
   * A record came. Devices send out of order and repeat themselves: the clock never goes back. What lies in the future moves it
   * to the append time at most, or a device that is ahead would close the windows of its bed.
   */
  observe(eventTimeMs: number, { appendTimeMs, offset }: LogRecord): void {
    this.#watermarkMs = Math.max(this.#watermarkMs, Math.min(eventTimeMs, appendTimeMs))
    this.#lastAppendTimeMs = Math.max(this.#lastAppendTimeMs, appendTimeMs)
    this.#idle = false
    if (this.#unsavedOffset === Infinity) this.#unsavedOffset = offset
  }

  /** The log was read to `appendTimeMs` and nothing more came. */
  advance(appendTimeMs: number): void {
    if (appendTimeMs >= this.idleAtMs) this.#idle = true
  }

  /** The source says that it is over. */
  end(): void {
    this.#ended = true
  }

  /** Offset of the first record that moved it since its progress was last saved; a late reading is held nowhere else. */
  get unsavedOffset(): number {
    return this.#unsavedOffset
  }

  /** Its progress, to go on from when all that it has seen is in the log. */
  save(): SourceProgress {
    this.#unsavedOffset = Infinity
    return {
      modality: this.modality,
      feedId: this.feedId,
      watermarkMs: this.#watermarkMs,
      lastAppendTimeMs: this.#lastAppendTimeMs,
      idle: this.#idle,
    }
  }

  /** The event time before which it is expected to send nothing more, as long as it is neither idle nor over. */
  get watermarkMs(): number {
    return this.#watermarkMs
  }

  get isIdle(): boolean {
    return this.#idle && !this.#ended
  }

  get isEnded(): boolean {
    return this.#ended
  }

  /** Append time at which it turns idle if nothing comes; never while it is idle already. */
  get idleAtMs(): number {
    return this.#idle || this.#ended ? Infinity : this.#lastAppendTimeMs + this.#idleMs
  }
}
