import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { type Mutation, MUTATIONS, PROPERTIES } from './mutations.ts'

/** Enough for every mistake here, some of them many times over; always the same cases, so that a mistake is found or not. */
const CASES = { VIGIL_CASES: '400', VIGIL_SEED: '20261124' }
/** A mistake may make the join wait for ever. */
const PATIENCE_MS = 60_000

describe('the property tests of the join', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vigil-mutations-'))
    for (const part of ['package.json', 'schemas', 'dist/src', 'dist/test/join', 'dist/test/support'])
      cpSync(join(PACKAGE_ROOT, part), join(folder, part), { recursive: true })
    symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(folder, 'node_modules'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('hold on the join as it is', async () => {
    const runs = await Promise.all(PROPERTIES.map((property) => propertyHolds(folder, property)))
    assert.deepEqual(
      runs.map(({ holds, said }) => (holds ? '' : said)),
      PROPERTIES.map(() => ''),
    )
  })

  for (const mutation of MUTATIONS) {
    it(`find out when ${mutation.mistake}`, async () => {
      const file = join(folder, 'dist/src/join', mutation.file)
      const original = readFileSync(file, 'utf8')
      writeFileSync(file, mutated(original, mutation))
      try {
        const { holds, said } = await propertyHolds(folder, mutation.caughtBy)
        assert.ok(!holds, `nothing was noticed by ${mutation.caughtBy}.test.js`)
        assert.match(said, /Property failed after \d+ tests/, 'it is a property that fails, not the program')
      } finally {
        writeFileSync(file, original)
      }
    })
  }
})

function mutated(original: string, { file, anchor, replacement }: Mutation): string {
  const found = original.split(anchor).length - 1
  assert.equal(found, 1, `${file} has ${found} times the text to mutate: ${anchor}`)
  return original.replace(anchor, () => replacement)
}

/** Runs one file of properties in a process of its own. */
function propertyHolds(folder: string, property: Mutation['caughtBy']): Promise<{ holds: boolean; said: string }> {
  // The child is no part of this test run: it says by itself what it finds.
  const file = join(folder, 'dist/test/join', `${property}.test.js`)
  const options = {
    env: { ...process.env, ...CASES, NODE_TEST_CONTEXT: undefined },
    timeout: PATIENCE_MS,
    maxBuffer: 64_000_000,
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [file], options, (error, stdout, stderr) =>
      resolve({ holds: error === null, said: stdout + stderr }),
    )
  })
}
