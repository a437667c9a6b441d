import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { pino } from 'pino'
import type { Finding } from '../../src/check.ts'
import { type Clock, SystemClock } from '../../src/clock.ts'
import { defaultConfig, PACKAGE_ROOT } from '../../src/config.ts'
import { lockFolder } from '../../src/folder-lock.ts'
import { databaseCheck } from '../../src/store/database-check.ts'
import { archiveOver } from '../../src/store/open-archive.ts'
import { openPgliteDatabase } from '../../src/store/pglite-database.ts'
import { openTimescaleDatabase } from '../../src/store/timescale-database.ts'
import { about, assertHealthy, assertWrong } from '../support/findings.ts'
import { OffsetClock } from '../support/offset-clock.ts'

const clock = new SystemClock()
const logger = pino({ level: 'silent' })
const root = mkdtempSync(join(tmpdir(), 'vigil-database-check-'))
after(() => rmSync(root, { recursive: true, force: true }))

function found(databaseUrl: string, by: Clock = clock, dataDir = root): Promise<Finding[]> {
  return databaseCheck(defaultConfig({ databaseUrl, dataDir }), by).look(new AbortController().signal)
}

/** A server on a socket of its own, with TimescaleDB or without. */
async function serve(name: string, plain: boolean): Promise<{ url: string; worker: Worker }> {
  const folder = join(root, name)
  mkdirSync(folder)
  const workerData = { path: join(folder, '.s.PGSQL.5432'), plain }
  const worker = new Worker(new URL('./socket-server.js', import.meta.url), { workerData })
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  return { url: `postgres://vigil:topsecret@localhost/postgres?host=${encodeURIComponent(folder)}`, worker }
}

describe('a database server before the doctor', () => {
  let url = ''
  let worker: Worker
  before(async () => {
    ;({ url, worker } = await serve('server', false))
  })
  after(() => worker.terminate())

  /** Runs a script as a person would, over the one connection that the server gives. */
  const script = async (sql: string): Promise<void> => {
    const database = await openTimescaleDatabase({ url, connections: 1, logger })
    const answer = await database.script(sql)
    await database.close()
    assert.ok(answer.ok, JSON.stringify(answer))
  }

  it('is fine while it is empty, and is left empty', async () => {
    const findings = await found(url)
    assertHealthy(findings)
    assert.match(about(findings, 'database').saw, /TimescaleDB 2\./)
    assert.match(about(findings, 'migrations').saw, /none applied yet; the first start applies 7/)
    assertHealthy(await found(url))
    assert.match(about(await found(url), 'migrations').saw, /none applied yet/)
  })

  it('is fine with all that a ward has made in it', async () => {
    const database = await openTimescaleDatabase({ url, connections: 1, logger })
    const archive = await archiveOver(database, defaultConfig(), clock, logger)
    await archive.close()
    const findings = await found(url)
    assertHealthy(findings)
    assert.match(about(findings, 'migrations').saw, /all \d+ applied/)
    assert.match(about(findings, 'hypertables').saw, /all 9 are there/)
  })

  it('is named with a clock that is not ours', async () => {
    assertWrong(await found(url, new OffsetClock(-60_000)), [
      { about: 'database clock', standing: 'warning', saw: /60 s ahead of this machine/, todo: /time service/ },
    ])
  })

  it('is named with a migration that this build does not know, and with one that is not the file applied', async () => {
    await script(`insert into migrations (name, sha256) values ('000099-from-the-future.sql', '')`)
    assertWrong(await found(url), [
      { about: 'migrations', standing: 'broken', saw: /000099-from-the-future.sql is not known/, todo: /newer Vigil/ },
    ])
    await script(
      `delete from migrations where name like '000099%'; update migrations set sha256 = 'other' where name like '000002%'`,
    )
    assertWrong(await found(url), [
      { about: 'migrations', standing: 'broken', saw: /000002-trends.sql is not the file/, todo: /schemas\/sql/ },
    ])
    const sha256 = sha256Of(readFileSync(join(PACKAGE_ROOT, 'schemas/sql/000002-trends.sql')))
    await script(`update migrations set sha256 = '${sha256}' where name like '000002%'`)
    assertHealthy(await found(url))
  })

  it('is named when a hypertable is gone', async () => {
    await script('drop table frames')
    assertWrong(await found(url), [
      { about: 'hypertables', standing: 'broken', saw: /frames is no hypertable/, todo: /backup/ },
    ])
  })
})

describe('a database server that cannot be the archive', () => {
  it('is named when it has no TimescaleDB', async () => {
    const { url, worker } = await serve('plain', true)
    assertWrong(await found(url), [
      {
        about: 'database',
        standing: 'broken',
        saw: /PostgreSQL 1\d.* has no TimescaleDB/,
        todo: /install TimescaleDB/,
      },
    ])
    await worker.terminate()
  })

  it('is named when it refuses, is not known, or has no address; never with who signs in', async () => {
    const wrong = [
      ['postgres://vigil:topsecret@127.0.0.1:1/ward', /127\.0\.0\.1:1\/ward refuses/, /start PostgreSQL/],
      ['postgres://vigil:topsecret@database.invalid/ward', /name is not known/, /correct the name/],
      ['mysql://vigil:topsecret@127.0.0.1/ward', /no postgres:\/\/ address/, /postgres:\/\/user/],
    ] as const
    for (const [url, saw, todo] of wrong) {
      const findings = await found(url)
      assertWrong(findings, [{ about: 'database', standing: 'broken', saw, todo }])
      assert.doesNotMatch(JSON.stringify(findings), /topsecret|vigil:/)
    }
  })
})

describe('the embedded database before the doctor', () => {
  const archive = join(root, 'archive')
  const database = join(archive, 'database')

  it('is fine while there is none, and none is made', async () => {
    const findings = await found('')
    assertHealthy(findings)
    assert.match(about(findings, 'database').saw, /none yet/)
    assert.ok(!existsSync(archive))
  })

  it('is opened as a copy, and not changed', async () => {
    const opened = await openPgliteDatabase(archive, clock)
    await (await archiveOver(opened, defaultConfig(), clock, logger)).close()
    const was = contentOf(archive)
    const findings = await found('')
    assertHealthy(findings)
    assert.match(about(findings, 'database').saw, /a copy opens and proves itself/)
    assert.match(about(findings, 'hypertables').saw, /all 9/)
    assert.deepEqual(contentOf(archive), was)
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith('vigil-doctor-copy-')),
      [],
    )
  })

  it('is left alone while a ward holds it, which is nothing wrong', async () => {
    const lock = lockFolder(archive, clock)
    const findings = await found('')
    lock.release()
    assertHealthy(findings)
    assert.match(about(findings, 'database').saw, /held by a running ward \(process \d+\)/)
  })

  it('is named when it is damaged', async () => {
    writeFileSync(join(database, 'global/pg_control'), Buffer.alloc(8_192))
    assertWrong(await found(''), [
      { about: 'database', standing: 'broken', saw: /does not open \(DATABASE_UNPROVEN\)/, todo: /backup/ },
    ])
  })
})

/** Every file below a folder, by its content. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter((name) => statSync(join(folder, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, sha256Of(readFileSync(join(folder, name)))]))
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
