import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PeopleStore } from '../../src/watch/people-store.ts'

const SESSION = { accountId: 'ann', startedAtMs: 0, seenAtMs: 0 }

test('closing waits for a change that is still to be made, and keeps it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigil-people-store-'))
  for (let round = 0; round < 5; round++) {
    const store = new PeopleStore(dataDir)
    store.change(() => store.sessions.putSync('before', SESSION))
    const later = store.changeLater(() => store.sessions.putSync(`later ${round}`, SESSION))
    await store.close()
    await later
    const again = new PeopleStore(dataDir)
    assert.deepEqual(again.sessions.get(`later ${round}`), SESSION)
    await again.close()
  }
  rmSync(dataDir, { recursive: true })
})
