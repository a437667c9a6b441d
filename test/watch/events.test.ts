import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { declaredEvents } from './declared-events.ts'

const FOLDER = join(PACKAGE_ROOT, 'src/watch')
const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8')

/** The names in a column of the README's table. */
function tabled(column: 1 | 3): string[] {
  const rows = readme.split('\n').filter((line) => line.startsWith('| '))
  return rows.flatMap((row) => /^ `([a-z-]+)` +$/.exec(row.split('|')[column] ?? '')?.[1] ?? []).sort()
}

describe('the README of watch', () => {
  it('names every event of the contract, and none that is not there', () => {
    assert.ok(declaredEvents('ServerEvents').length > 10)
    assert.deepEqual(tabled(1), declaredEvents('ServerEvents'))
    assert.deepEqual(tabled(3), declaredEvents('ClientEvents'))
  })

  it('names every file of the stage', () => {
    const missing = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && !readme.includes(file))
    assert.deepEqual(missing, [])
  })
})
