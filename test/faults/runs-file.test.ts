import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { temporaryFolder } from '../live/ward-process.ts'
import { RunsFile } from './runs-file.ts'
import type { Run } from './table.ts'

const run = (fault: string, seed: number, kind: 'broken' | 'left_out'): Run => {
  return { fault, seed, wardSeed: seed, strike: 1, date: '', version: null, wallS: 1, kind, why: 'for a test' }
}

describe('a series in several sittings', () => {
  const folder = temporaryFolder()
  after(() => rmSync(folder, { recursive: true }))

  it('has what earlier sittings made, and tries again what could not be tried', () => {
    const path = join(folder, 'runs.json')
    const first = RunsFile.open(path, 'usual')
    first.add(run('kill', 1, 'broken'))
    first.add(run('full', 2, 'left_out'))
    const second = RunsFile.open(path, 'usual')
    second.add(run('kill', 2, 'broken'))
    const third = RunsFile.open(path, 'usual')
    assert.deepEqual(
      [third.has('kill', 1), third.has('kill', 2), third.has('kill', 3), third.has('full', 2)],
      [true, true, false, false],
    )
    assert.equal(third.runs.length, 2)
  })

  it('is not gone on with at another length, nor in a file of something else', () => {
    const path = join(folder, 'short.json')
    RunsFile.open(path, 'short').add(run('kill', 1, 'broken'))
    assert.throws(() => RunsFile.open(path, 'usual'), /holds runs of short length/)
    const other = join(folder, 'other.json')
    writeFileSync(other, JSON.stringify({ firstSeed: 1, length: 'usual', runs: [] }))
    assert.throws(() => RunsFile.open(other, 'usual'), /gone on with/)
  })
})
