import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { STORED_TOPICS } from '../../src/store/rows-of-record.ts'
import { TABLE_NAMES } from '../../src/store/tables.ts'

const folder = join(PACKAGE_ROOT, 'src/store')
const named = new Set(
  [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
)

it('names every file, table and topic of the stage', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const wanted = [...files, ...TABLE_NAMES, ...STORED_TOPICS]
  assert.deepEqual(
    wanted.filter((name) => !named.has(name)),
    [],
  )
})

it('names no file that is not there', () => {
  const files = new Set(readdirSync(folder))
  const gone = [...named].filter((name) => name?.endsWith('.ts') === true && !files.has(name))
  assert.deepEqual(gone, [])
})
