import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ManualClock } from '../src/clock.ts'
import { lockFolder } from '../src/folder-lock.ts'

const root = mkdtempSync(join(tmpdir(), 'vigil-lock-'))
after(() => rmSync(root, { recursive: true, force: true }))
const fresh = (): string => mkdtempSync(join(root, 'folder-'))

const clock = new ManualClock(1_700_000_000_000)

const holder = (pid: number, started: string | null = null): string => JSON.stringify({ pid, started, token: 'other' })

describe('the lock of a folder', () => {
  it('is refused to a second holder in the same process, until the first lets go', () => {
    const folder = fresh()
    const lock = lockFolder(folder, clock)
    assert.throws(() => lockFolder(folder, clock), { code: 'LOG_LOCKED' })
    lock.release()
    lockFolder(folder, clock).release()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is refused while another process that holds it lives', async () => {
    const folder = fresh()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    try {
      writeFileSync(join(folder, 'lock'), holder(other.pid ?? 0))
      assert.throws(() => lockFolder(folder, clock), { code: 'LOG_LOCKED' })
    } finally {
      other.kill('SIGKILL')
      await new Promise((resolve) => other.once('exit', resolve))
    }
    lockFolder(folder, clock).release()
  })

  it('is refused while a holder in another container shows that it lives, and free 15 s after its last sign', () => {
    const folder = fresh()
    const path = join(folder, 'lock')
    // Both are process 1 of their container.
    writeFileSync(path, JSON.stringify({ place: 'another', pid: process.pid, started: null, token: 'other' }))
    const later = new ManualClock(1_700_000_000_000)
    const seen = later.nowMs() / 1_000
    utimesSync(path, seen, seen)
    later.advance(14_000)
    assert.throws(() => lockFolder(folder, later), { code: 'LOG_LOCKED', message: /another machine or container/ })
    later.advance(2_000)
    lockFolder(folder, later).release()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('shows every 2 s that it is held', () => {
    const folder = fresh()
    const moving = new ManualClock(1_700_000_000_000)
    const lock = lockFolder(folder, moving)
    moving.advance(60_000)
    assert.equal(statSync(join(folder, 'lock')).mtimeMs, moving.nowMs())
    lock.release()
  })

  it('ends a holder that slept until another took the folder over', () => {
    const folder = fresh()
    const moving = new ManualClock(1_700_000_000_000)
    const lock = lockFolder(folder, moving)
    writeFileSync(join(folder, 'lock'), holder(1))
    assert.throws(() => moving.advance(2_000), { code: 'LOG_LOCKED' })
    lock.release()
    assert.ok(existsSync(join(folder, 'lock')), 'the lock of the other stays')
  })

  it(
    'is taken over from a process number that was given to another process',
    { skip: !existsSync('/proc/1/stat') },
    () => {
      const folder = fresh()
      writeFileSync(join(folder, 'lock'), holder(process.ppid, 'not the start of our parent'))
      lockFolder(folder, clock).release()
    },
  )

  it('is taken over from an earlier life with our own process number, and from a file that says nothing', () => {
    for (const content of [holder(process.pid), '', 'garbage']) {
      const folder = fresh()
      writeFileSync(join(folder, 'lock'), content)
      lockFolder(folder, clock).release()
    }
  })
})
