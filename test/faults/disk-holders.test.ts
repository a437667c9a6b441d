import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { temporaryFolder } from '../live/ward-process.ts'
import { holdersOf } from './disk-holders.ts'

it('who has a file of a folder open is named, with the file, until it ends', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'data.mdb')
  const script = `require('fs').openSync(${JSON.stringify(path)}, 'w'); console.log('open'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const named = holdersOf(folder)
    assert.equal(named.length, 1)
    assert.ok(named[0]?.endsWith(` (${child.pid}): ${path}`), named[0])
    assert.deepEqual(holdersOf(`${folder}-of-others`), [])
  } finally {
    child.kill('SIGKILL')
    await ended
  }
  assert.deepEqual(holdersOf(folder), [])
  rmSync(folder, { recursive: true })
})
