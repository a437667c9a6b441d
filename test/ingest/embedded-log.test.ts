import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import { logContract } from './log-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-log-'))
after(() => rmSync(folder, { recursive: true, force: true }))

logContract('the embedded log', {
  partitions: 4,
  open: (name) =>
    openEmbeddedLog({
      folder: join(folder, name),
      partitions: 4,
      clock: new SystemClock(),
      logger: pino({ level: 'silent' }),
      retentionMs: 3_600_000,
      retentionBytes: 1_000_000_000,
      syncMs: 200,
    }),
})
