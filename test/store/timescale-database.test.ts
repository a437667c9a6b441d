import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { pino } from 'pino'
import type { Database } from '../../src/store/database.ts'
import { openTimescaleDatabase } from '../../src/store/timescale-database.ts'
import { archiveContract } from './archive-contract.ts'

const logger = pino({ level: 'silent' })
const server = process.env['TEST_DATABASE_URL']

if (server !== undefined)
  archiveContract('a TimescaleDB server', () => openTimescaleDatabase({ url: server, connections: 4, logger }))
else {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-socket-'))
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`
  let worker: Worker | null = null
  after(async () => {
    await worker?.terminate()
    rmSync(folder, { recursive: true, force: true })
  })
  archiveContract('the pg driver over a socket to PGlite, one connection', async (): Promise<Database> => {
    const thread = new Worker(new URL('./socket-server.js', import.meta.url), {
      workerData: { path: join(folder, '.s.PGSQL.5432') },
    })
    worker = thread
    await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))
    return openTimescaleDatabase({ url, connections: 1, logger })
  })

  it('says that the server is away when it goes in the middle, and after', async () => {
    const database = await openTimescaleDatabase({ url, connections: 1, logger })
    assert.deepEqual(await database.query('select 1 as one', []), { ok: true, rows: [{ one: 1 }] })
    const asked = database.query('select count(*) from generate_series(1, 3000000)', [])
    await Promise.all([
      assert.rejects(asked, { code: 'DATABASE_UNAVAILABLE' }),
      new Promise((resolve) => setImmediate(resolve)).then(() => worker?.terminate()),
    ])
    await assert.rejects(database.query('select 1', []), { code: 'DATABASE_UNAVAILABLE' })
    await database.close()
  })
}

it('says that a server that does not answer is away', async () => {
  const url = 'postgres://postgres@localhost/postgres?host=/nowhere'
  await assert.rejects(openTimescaleDatabase({ url, connections: 1, logger }), { code: 'DATABASE_UNAVAILABLE' })
})
