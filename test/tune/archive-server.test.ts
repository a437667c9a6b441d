import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { Worker } from 'node:worker_threads'
import { pino } from 'pino'
import type { Database } from '../../src/store/database.ts'
import { openTimescaleDatabase } from '../../src/store/timescale-database.ts'
import { archiveTuning } from './archive-tuning-contract.ts'

const logger = pino({ level: 'silent' })
const server = process.env['TEST_DATABASE_URL']

if (server !== undefined)
  archiveTuning('a TimescaleDB server', () => openTimescaleDatabase({ url: server, connections: 4, logger }))
else {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-tune-socket-'))
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`
  let worker: Worker | null = null
  after(async () => {
    await worker?.terminate()
    rmSync(folder, { recursive: true, force: true })
  })
  archiveTuning('the pg driver over a socket to PGlite', async (): Promise<Database> => {
    if (worker === null) {
      const path = join(folder, '.s.PGSQL.5432')
      const thread = new Worker(new URL('../store/socket-server.js', import.meta.url), { workerData: { path } })
      worker = thread
      await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))
    }
    return openTimescaleDatabase({ url, connections: 1, logger })
  })
}
