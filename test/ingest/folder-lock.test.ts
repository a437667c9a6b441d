import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { lockFolder } from '../../src/ingest/folder-lock.ts'

const root = mkdtempSync(join(tmpdir(), 'vigil-lock-'))
after(() => rmSync(root, { recursive: true, force: true }))
const fresh = (): string => mkdtempSync(join(root, 'folder-'))

const holder = (pid: number, started: string | null = null): string => JSON.stringify({ pid, started, token: 'other' })

describe('the lock of a folder', () => {
  it('is refused to a second holder in the same process, until the first lets go', () => {
    const folder = fresh()
    const lock = lockFolder(folder)
    assert.throws(() => lockFolder(folder), { code: 'LOG_LOCKED' })
    lock.release()
    lockFolder(folder).release()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is refused while another process that holds it lives', async () => {
    const folder = fresh()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    try {
      writeFileSync(join(folder, 'lock'), holder(other.pid ?? 0))
      assert.throws(() => lockFolder(folder), { code: 'LOG_LOCKED' })
    } finally {
      other.kill('SIGKILL')
      await new Promise((resolve) => other.once('exit', resolve))
    }
    lockFolder(folder).release()
  })

  it(
    'is taken over from a process number that was given to another process',
    { skip: !existsSync('/proc/1/stat') },
    () => {
      const folder = fresh()
      writeFileSync(join(folder, 'lock'), holder(process.ppid, 'not the start of our parent'))
      lockFolder(folder).release()
    },
  )

  it('is taken over from an earlier life with our own process number, and from a file that says nothing', () => {
    for (const content of [holder(process.pid), '', 'garbage']) {
      const folder = fresh()
      writeFileSync(join(folder, 'lock'), content)
      lockFolder(folder).release()
    }
  })
})
