import { mkdtempSync, rmSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import { openPgliteDatabase } from '../../src/store/pglite-database.ts'
import { archiveContract } from './archive-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-database-'))
const path = join(folder, 'database')
const clock = new SystemClock()

after(() => rmSync(folder, { recursive: true, force: true }))

archiveContract('the embedded database, whose first initialisation was once killed', () => {
  mkdirSync(`${path}.init`)
  writeFileSync(join(`${path}.init`, 'PG_VERSION'), '17')
  return openPgliteDatabase(path, clock)
})
