import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { lockFolder } from '../../src/store/folder-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-lock-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const clock = new ManualClock(1_764_000_000_000)
const fresh = (name: string): string => join(folder, name)

it('is held once, and free again after its release', () => {
  const path = fresh('once')
  const lock = lockFolder(path, clock)
  assert.throws(() => lockFolder(path, clock), { code: 'LOG_LOCKED' })
  lock.release()
  assert.equal(existsSync(path), false)
  lockFolder(path, clock).release()
})

it('is taken over at once from a process that is gone', () => {
  const path = fresh('gone')
  writeFileSync(path, JSON.stringify([hostname(), 2 ** 22 + 1, '1']))
  lockFolder(path, clock).release()
})

it('is taken over from a process whose id was given out again', () => {
  const path = fresh('again')
  writeFileSync(path, JSON.stringify([hostname(), process.pid, 'another start']))
  lockFolder(path, clock).release()
})

it('is taken over when its content is broken', () => {
  const path = fresh('broken')
  writeFileSync(path, '')
  lockFolder(path, clock).release()
})

it('belongs to a holder elsewhere for as long as it shows life', () => {
  const path = fresh('elsewhere')
  writeFileSync(path, JSON.stringify(['another-machine', 1, '1']))
  utimesSync(path, clock.nowMs() / 1_000, clock.nowMs() / 1_000)
  assert.throws(() => lockFolder(path, clock), { code: 'LOG_LOCKED' })
  clock.advance(20_000)
  const lock = lockFolder(path, clock)
  assert.match(readFileSync(path, 'utf8'), new RegExp(hostname()))
  // Ours shows life as time goes by.
  clock.advance(60_000)
  assert.throws(() => lockFolder(path, clock), { code: 'LOG_LOCKED' })
  lock.release()
})
