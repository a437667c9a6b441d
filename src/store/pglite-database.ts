import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import { type FolderLock, lockFolder } from '../folder-lock.ts'
import type { Database, SqlAnswer, SqlValue } from './database.ts'
import type { FromWorker, ToWorker } from './pglite-protocol.ts'

/** A statement cannot be cancelled; a database that does not close in this time is left as by kill -9, which it survives. */
const CLOSE_MS = 7_000

/** An answer that takes longer will not come; the longest job, compression of two hours of a large unit, takes a minute. */
const STUCK_MS = 300_000

interface Waiting {
  resolve(answer: SqlAnswer): void
  reject(error: Error): void
}

/**
 * Opens TimescaleDB inside this process, in a thread of its own, in `<folder>/database`. The first time takes 5-12 s.
 * Two processes in one database would lose each other's rows without a word, so the folder is locked.
 * Throws LOG_LOCKED (another process has the folder), DATABASE_UNPROVEN, DISK_FULL, FOLDER_UNWRITABLE.
 */
export async function openPgliteDatabase(folder: string, clock: Clock, signal?: AbortSignal): Promise<Database> {
  const lock = takeLock(folder, clock)
  const worker = new Worker(new URL('./pglite-worker.js', import.meta.url), {
    workerData: { folder: join(folder, 'database') },
    name: 'archive',
  })
  const giveUp = (): void => void worker.terminate()
  signal?.addEventListener('abort', giveUp)
  try {
    await opened(worker)
  } catch (error) {
    await worker.terminate()
    lock.release()
    throw error
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
  return new PgliteDatabase(worker, lock, clock)
}

class PgliteDatabase implements Database {
  readonly kind = 'pglite'
  readonly schedulesJobs = false
  readonly #worker: Worker
  readonly #lock: FolderLock
  readonly #clock: Clock
  readonly #waiting = new Map<number, Waiting>()
  readonly #gone: Promise<void>
  #lastId = 0
  #open = true

  constructor(worker: Worker, lock: FolderLock, clock: Clock) {
    this.#worker = worker
    this.#lock = lock
    this.#clock = clock
    worker.on('message', (message: FromWorker) => {
      if (message.said !== 'answer') return
      this.#waiting.get(message.id)?.resolve(message.answer)
      this.#waiting.delete(message.id)
    })
    worker.on('error', () => this.#leave())
    this.#gone = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#leave()
        this.#lock.release()
        resolve()
      })
    })
  }

  query(sql: string, params: readonly SqlValue[]): Promise<SqlAnswer> {
    return this.#ask((id) => ({ ask: 'query', id, sql, params }))
  }

  script(sql: string): Promise<SqlAnswer> {
    return this.#ask((id) => ({ ask: 'script', id, sql }))
  }

  async close(): Promise<void> {
    if (this.#open) {
      this.#open = false
      this.#worker.postMessage({ ask: 'close' } satisfies ToWorker)
    }
    const givenUp = this.#clock.after(CLOSE_MS, () => void this.#worker.terminate())
    await this.#gone
    givenUp.cancel()
  }

  #ask(message: (id: number) => ToWorker): Promise<SqlAnswer> {
    if (!this.#open) return Promise.reject(new VigilError('DATABASE_UNAVAILABLE', 'it is closed'))
    const id = ++this.#lastId
    const stuck = this.#clock.after(STUCK_MS, () => void this.#worker.terminate())
    return new Promise<SqlAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage(message(id))
    }).finally(() => stuck.cancel())
  }

  #leave(): void {
    this.#open = false
    for (const { reject } of this.#waiting.values()) reject(new VigilError('DATABASE_UNAVAILABLE', 'its thread ended'))
    this.#waiting.clear()
  }
}

function takeLock(folder: string, clock: Clock): FolderLock {
  try {
    mkdirSync(folder, { recursive: true })
    return lockFolder(folder, clock)
  } catch (error) {
    if (error instanceof VigilError) throw error
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new VigilError(full ? 'DISK_FULL' : 'FOLDER_UNWRITABLE', folder, { cause: error })
  }
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: FromWorker) => {
      if (message.said === 'opened') resolve()
      else if (message.said === 'failed') reject(new VigilError(message.code, message.detail))
    })
    worker.once('error', (error) =>
      reject(new VigilError('DATABASE_UNAVAILABLE', 'its thread failed', { cause: error })),
    )
    worker.once('exit', () => reject(new VigilError('DATABASE_UNAVAILABLE', 'its thread ended')))
  })
}
