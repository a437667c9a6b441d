import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Deadline } from '../deadline.ts'
import { type ErrorCode, ERRORS, RETRYABLE, VigilError } from '../errors.ts'
import type { Archive } from './archive.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** After an error that no second try makes good by itself; a person may have mended it. */
const MENDED_WAIT_MS = 60_000

/** Opens the archive; gives up, where it can, when the signal comes. */
export type OpenArchive = (signal: AbortSignal) => Promise<Archive>

/**
 * Keeps the archive open for one user of it: opens it in the background, and again with a growing wait when the opening
 * or the use of it fails.
 */
export class ArchiveKeeper {
  readonly #open: OpenArchive
  readonly #clock: Clock
  readonly #logger: Logger
  #archive: Archive | null = null
  #used: Promise<void> = Promise.resolve()
  #problem: ErrorCode | null = null
  #failures = 0
  #stopped = false
  readonly #stopping = new AbortController()
  #wakeUp: () => void = () => undefined

  constructor(open: OpenArchive, clock: Clock, logger: Logger) {
    this.#open = open
    this.#clock = clock
    this.#logger = logger
  }

  current(): Archive | null {
    return this.#archive
  }

  /** Why the archive does not work; null while it does, or none was tried yet. */
  problem(): { code: ErrorCode; says: string; passes: boolean } | null {
    const code = this.#problem
    return code === null ? null : { code, says: ERRORS[code].says, passes: passes(code) }
  }

  /** Has the archive used until `stop`; when `user` throws it is closed, opened anew and handed over again. */
  use(user: (archive: Archive) => Promise<void>): void {
    this.#used = this.#keep(user)
  }

  /** The archive did what it should. */
  works(): void {
    this.#problem = null
    this.#failures = 0
  }

  /** Resolves when the user is done and the archive is closed; a long statement is left behind at the deadline. */
  async stop(deadline: Deadline): Promise<void> {
    this.#stopped = true
    this.#stopping.abort()
    this.#wakeUp()
    await deadline.wait(this.#used, 'the archive')
  }

  async #keep(user: (archive: Archive) => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#archive = await this.#open(this.#stopping.signal)
        this.#problem = null
        if (!this.#stopped) await user(this.#archive)
      } catch (error) {
        if (!this.#stopped) this.#failed(error)
      }
      await this.#close()
      if (!this.#stopped) await this.#wait()
    }
  }

  async #close(): Promise<void> {
    const archive = this.#archive
    this.#archive = null
    try {
      await archive?.close()
    } catch (error) {
      this.#logger.warn({ code: error instanceof VigilError ? error.code : 'unknown' }, 'the archive did not close')
    }
  }

  /** As long as the failures in a row so far suggest. */
  async #wait(): Promise<void> {
    const backoffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, this.#failures - 1))
    const patient = this.#problem !== null && !passes(this.#problem)
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(patient ? MENDED_WAIT_MS : backoffMs, resolve)
      this.#wakeUp = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  #failed(error: unknown): void {
    const code = error instanceof VigilError ? error.code : 'DATABASE_UNAVAILABLE'
    this.#failures += 1
    this.#problem = code
    // The error's own words stay out when they are not ours: PostgreSQL quotes values in them.
    const detail = error instanceof VigilError ? error.message : error instanceof Error ? error.name : 'unknown'
    this.#logger.warn({ code, detail, failures: this.#failures }, 'the archive is away; records wait in the log')
  }
}

/** Whether waiting helps. Another process that has the folder may end. */
function passes(code: ErrorCode): boolean {
  return RETRYABLE.has(code) || code === 'LOG_LOCKED' || code === 'DISK_FULL'
}
