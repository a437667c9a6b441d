import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { missingLine } from '../../dashboards/ward/missing-words.ts'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { MISSING_REASONS } from '../../src/predict/missing.ts'

const readme = readFileSync(join(PACKAGE_ROOT, 'src/predict/README.md'), 'utf8')
const table = readme.slice(readme.indexOf('| reason in'), readme.indexOf('\n\n', readme.indexOf('| reason in')))

test('every reason stands in the table of the README, and the table has no other', () => {
  const named = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name).filter((name) => name !== 'missing')
  assert.deepEqual(named.sort(), [...MISSING_REASONS].sort())
})

test('every reason is said in words on the screen', () => {
  for (const reason of MISSING_REASONS) assert.ok(!missingLine({ input: 'pcg', reason }).includes('_'), reason)
})
