import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { SystemClock } from '../../src/clock.ts'
import { openPgliteDatabase } from '../../src/store/pglite-database.ts'
import { archiveContract } from './archive-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-database-'))
const path = join(folder, 'archive')
const clock = new SystemClock()

after(() => rmSync(folder, { recursive: true, force: true }))

archiveContract('the embedded database, whose first initialisation was once killed', () => {
  const unfinished = join(path, 'database.init')
  mkdirSync(unfinished, { recursive: true })
  writeFileSync(join(unfinished, 'PG_VERSION'), '17')
  return openPgliteDatabase(path, clock)
})

describe('the embedded database', () => {
  it('is refused to a second process, survives kill -9 while it writes, and proves itself again', async () => {
    const fromMs = clock.nowMs() - 3_600_000
    const writer = fork(new URL('./writing-process.js', import.meta.url), [folder, String(fromMs)], { silent: true })
    const lines: string[] = []
    for await (const line of createInterface({ input: writer.stdout ?? assert.fail() })) {
      lines.push(line)
      if (line === 'open') await assert.rejects(openPgliteDatabase(path, clock), { code: 'LOG_LOCKED' })
      if (line === '5') writer.kill('SIGKILL')
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
    const acknowledged = Number(lines.at(-1)) + 1
    assert.ok(acknowledged >= 6)

    const database = await openPgliteDatabase(path, clock)
    const answer = await database.query(
      `select count(*)::int as rows, count(distinct event_time)::int as times,
         (select count(*)::int from numerics where patient_id = 'killed' and value > 0) as by_scan
       from numerics where patient_id = 'killed'`,
      [],
    )
    await database.close()
    const [found] = (answer.ok ? answer.rows : []) as { rows: number; times: number; by_scan: number }[]
    // Whole batches of 50 readings with two numerics each: all that were acknowledged, and perhaps the one in hand.
    assert.ok(found !== undefined && found.rows >= acknowledged * 100, JSON.stringify(found))
    assert.equal(found.rows % 100, 0)
    assert.equal(found.times * 2, found.rows)
    assert.equal(found.by_scan * 2, found.rows)
  })

  it('brings a commit to the disk before it answers, and does not answer when the disk fails', async () => {
    const thread = new Worker(new URL('./failing-disk.js', import.meta.url), {
      workerData: { folder: join(path, 'database') },
    })
    const said: unknown[] = []
    thread.on('message', (message) => {
      said.push(message)
      thread.postMessage('heard')
    })
    await once(thread, 'exit')
    assert.deepEqual(said, ['synced 1'])
    const database = await openPgliteDatabase(path, clock)
    const answer = await database.query('select count(*)::int as rows from synced where a = 1', [])
    await database.close()
    assert.deepEqual(answer, { ok: true, rows: [{ rows: 1 }] })
  })

  it('is gone, and says so, when its engine traps', async () => {
    const database = await openPgliteDatabase(path, clock)
    const lost = { code: 'DATABASE_UNAVAILABLE' }
    await assert.rejects(database.script('copy archive_probe from stdin'), lost)
    await assert.rejects(database.query('select 1', []), lost)
    await database.close()
    await (await openPgliteDatabase(path, clock)).close()
  })

  it('is not used when it no longer counts right', async () => {
    const database = await openPgliteDatabase(path, clock)
    const answer = await database.script(`delete from archive_probe where series = 1`)
    assert.ok(answer.ok)
    await database.close()
    await assert.rejects(openPgliteDatabase(path, clock), { code: 'DATABASE_UNPROVEN' })
    // The failed opening left no lock behind.
    assert.equal(existsSync(join(path, 'lock')), false)
  })

  it('says that a folder cannot be written', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    await assert.rejects(openPgliteDatabase(join(file, 'database'), clock), { code: 'FOLDER_UNWRITABLE' })
  })
})
