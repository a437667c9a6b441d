import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { pino } from 'pino'
import { type Database } from '../../src/store/database.ts'
import { openTimescaleDatabase } from '../../src/store/timescale-database.ts'
import { archiveContract } from './archive-contract.ts'

const logger = pino({ level: 'silent' })
const server = process.env['VIGIL_TEST_DATABASE_URL']

if (server !== undefined)
  archiveContract('a TimescaleDB server', () => openTimescaleDatabase({ url: server, connections: 4, logger }))
else {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-socket-'))
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
    const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`
    return openTimescaleDatabase({ url, connections: 1, logger })
  })
}

it('says that a server that does not answer is away', async () => {
  const url = 'postgres://postgres@localhost/postgres?host=/nowhere'
  await assert.rejects(openTimescaleDatabase({ url, connections: 1, logger }), { code: 'DATABASE_UNAVAILABLE' })
})
