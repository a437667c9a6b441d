import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Finding } from '../../src/check.ts'
import { defaultConfig, PACKAGE_ROOT } from '../../src/config.ts'
import { embeddedLogCheck } from '../../src/ingest/embedded-log-check.ts'
import { about, assertHealthy, assertWrong } from '../support/findings.ts'
import { OffsetClock } from '../support/offset-clock.ts'
import { clock, eventually, WardProcess } from './ward-process.ts'

const BEDS = 2
const { signal } = new AbortController()
const ENDS_WITHIN_MS = 20_000

describe('vigil doctor beside an embedded ward', () => {
  const ward = new WardProcess(['--demo-beds', String(BEDS), '--recordings', 'none'])
  before(async () => {
    await ward.start()
    await eventually('a whole ward', 120_000, async () => {
      return (await fetch(`${ward.address}/healthz`)).text().then((text) => text.includes('"status":"running"'))
    })
    await eventually('predictions', 60_000, async () => (await ward.metric('vigil_predictions_total')) >= BEDS)
  })
  after(() => ward.remove())

  /** Runs the command as a person does. */
  const doctor = async (): Promise<Finding[]> => {
    const port = new URL(ward.address).port
    const args = ['doctor', '--json', '--data', ward.dataDir, '--port', port, '--log-retention-bytes', '1000000']
    const startedMs = clock.monotonicMs()
    const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
      execFile('node', [join(PACKAGE_ROOT, 'dist/src/main.js'), ...args], (error, stdout) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout }),
      )
    })
    const { findings } = JSON.parse(stdout) as { findings: Finding[] }
    assert.ok(clock.monotonicMs() - startedMs < ENDS_WITHIN_MS)
    assert.equal(code, 0, stdout)
    return findings
  }

  it('says that the ward holds log, database and port, finds nothing wrong, and does not disturb it', async () => {
    const findings = await doctor()
    assertHealthy(findings)
    assert.match(about(findings, 'log').saw, /held by a running ward/)
    assert.match(about(findings, 'database').saw, /held by a running ward/)
    assert.match(about(findings, 'address').saw, /held by a running ward/)
    assert.match(about(findings, 'ward').saw, /all \d stages run/)
    const predicted = await ward.metric('vigil_predictions_total')
    await eventually('more predictions', 30_000, async () => {
      return (await ward.metric('vigil_predictions_total')) > predicted
    })
  })

  it('opens what a stopped ward left, finds nothing wrong, and leaves every byte', async () => {
    assert.equal(await ward.end(), 0)
    const was = contentOf(ward.dataDir)
    const findings = await doctor()
    assertHealthy(findings)
    assert.match(about(findings, 'log').saw, /opens/)
    assert.match(about(findings, 'co-partitioning').saw, /12 partitions/)
    assert.match(about(findings, 'schemas').saw, /all of \d+ newest records are known here/)
    assert.match(about(findings, 'database').saw, /a copy opens and proves itself/)
    assert.match(about(findings, 'hypertables').saw, /all 9/)
    assert.deepEqual(contentOf(ward.dataDir), was)
  })

  it('names other partitions than the log was made with, and a clock that was set back behind it', async () => {
    const config = defaultConfig({ dataDir: ward.dataDir, partitions: 6 })
    assertWrong(await embeddedLogCheck(config, new OffsetClock(-600_000)).look(signal), [
      {
        about: 'co-partitioning',
        standing: 'broken',
        saw: /the log has 12, the settings say 6/,
        todo: /--partitions 12/,
      },
      {
        about: 'log clock',
        standing: 'broken',
        saw: /10 min ahead of this machine's clock/,
        todo: /set the clock right/,
      },
    ])
  })

  it('names a damaged log and outlives it', async () => {
    writeFileSync(join(ward.dataDir, 'log/data.mdb'), Buffer.alloc(100_000, 'damage'))
    const findings = await embeddedLogCheck(defaultConfig({ dataDir: ward.dataDir }), clock).look(signal)
    assertWrong(findings, [{ about: 'log', standing: 'broken', saw: /does not open: it is damaged/, todo: /backup/ }])
  })
})

/** Every file below a folder, by its content; LMDB's table of readers is no content. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter((name) => !name.endsWith('lock.mdb') && existsSync(join(folder, name)))
  return Object.fromEntries(
    files
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )
}
