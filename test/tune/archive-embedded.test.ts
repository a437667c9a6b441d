import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, it } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import { openPgliteDatabase } from '../../src/store/pglite-database.ts'
import { archiveTuning } from './archive-tuning-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-tune-embedded-'))
const clock = new SystemClock()
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))
after(() => rmSync(folder, { recursive: true, force: true }))

archiveTuning('the embedded archive', () => openPgliteDatabase(join(folder, 'archive'), clock))

it('leaves the archive to a running ward, and says what to do', async () => {
  const database = await openPgliteDatabase(join(folder, 'archive'), clock)
  try {
    const { status, stdout } = commanded(folder)
    assert.equal(status, 2, stdout)
    assert.match(stdout, /another process uses the data folder: .*archive, by process \d+/)
    assert.match(stdout, /stop the ward and try again/)
  } finally {
    await database.close()
  }
})

it('makes no archive where there is none', () => {
  const { status, stdout } = commanded(join(folder, 'nowhere'))
  assert.equal(status, 1)
  assert.match(stdout, /there is no archive in/)
})

function commanded(data: string): { status: number | null; stdout: string } {
  const argv = ['fine-tune', '--labels', 'archive', '--out', join(folder, 'out'), '--data', data]
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8' })
  return { status, stdout: `${stdout}${stderr}` }
}
