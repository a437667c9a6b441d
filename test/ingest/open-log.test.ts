import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { type Config, defaultConfig } from '../../src/config.ts'
import type { Log } from '../../src/ingest/log.ts'
import { openLog } from '../../src/ingest/open-log.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'vigil-open-'))
after(() => rmSync(dataDir, { recursive: true, force: true }))

const open = (changes: Partial<Config>): Promise<Log> =>
  openLog(defaultConfig({ dataDir, ...changes }), new SystemClock(), pino({ level: 'silent' }))

describe('opening the log', () => {
  it('is the embedded one, in the data folder, where no brokers are named', async () => {
    const log = await open({ partitions: 3 })
    assert.equal(log.atomicAppend, true)
    assert.equal(log.partitions, 3)
    await log.append([{ topic: 'vitals', key: 'bed-0', value: Buffer.from('1') }])
    await log.close()
    await log.close()
    assert.ok(existsSync(join(dataDir, 'log')))
  })

  it('is the one on Kafka where brokers are named, and says so when none is there', async () => {
    await assert.rejects(open({ kafkaBrokers: ['127.0.0.1:1'] }), { code: 'LOG_UNAVAILABLE' })
  })
})
