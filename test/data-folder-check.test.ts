import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Finding } from '../src/check.ts'
import { SystemClock } from '../src/clock.ts'
import { dataFolderCheck } from '../src/data-folder-check.ts'
import { about, assertHealthy, assertWrong } from './support/findings.ts'

const root = mkdtempSync(join(tmpdir(), 'vigil-data-folder-'))
after(() => rmSync(root, { recursive: true, force: true }))

function found(dataDir: string, logRetentionBytes = 1e6): Promise<Finding[]> {
  const config = { dataDir, kafkaBrokers: [], logRetentionBytes }
  return dataFolderCheck(config, new SystemClock()).look(new AbortController().signal)
}

/** A file system of so many megabytes, or null where none may be mounted. */
function smallDisk(megabytes: number): string | null {
  const folder = join(root, `disk-${megabytes}`)
  mkdirSync(folder)
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  if (mount.status !== 0) return null
  after(() => spawnSync('umount', [folder]))
  return folder
}

describe('the data folder before the doctor', () => {
  it('is fine where it can be written, and nothing stays in it', async () => {
    const folder = join(root, 'good')
    mkdirSync(folder)
    const findings = await found(folder)
    assertHealthy(findings)
    assert.match(about(findings, 'data folder').saw, /writable, fsync took \d+ ms/)
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is fine where it is not yet, and is not made', async () => {
    const folder = join(root, 'later', 'data')
    assertHealthy(await found(folder))
    assert.ok(!existsSync(join(root, 'later')))
  })

  it('is named where a file is in its way', async () => {
    writeFileSync(join(root, 'file'), '')
    for (const folder of [join(root, 'file'), join(root, 'file', 'data')])
      assertWrong(await found(folder), [{ about: 'data folder', standing: 'broken', saw: /no folder/, todo: /--data/ }])
  })

  it('is named where it may not be written', { skip: !existsSync('/proc/self') }, async () => {
    const findings = await found('/proc/self')
    const folder = about(findings, 'data folder')
    assert.equal(folder.standing, 'broken')
    assert.match(folder.saw, /cannot be written/)
    assert.match(folder.todo ?? '', /--data/)
  })

  const small = smallDisk(16)
  it(
    'is named on a disk that is nearly full and in memory',
    { skip: small === null && 'only root mounts' },
    async () => {
      assertWrong(await found(small ?? ''), [
        { about: 'disk', standing: 'broken', saw: /17 MB free; a start needs 67 MB/, todo: /free space/ },
        { about: 'disk', standing: 'warning', saw: /in memory/, todo: /--data/ },
      ])
    },
  )

  it('is named on a disk that takes nothing more', { skip: small === null && 'only root mounts' }, async () => {
    spawnSync('dd', ['if=/dev/zero', `of=${join(small ?? '', 'full')}`, 'bs=1M'])
    const findings = await found(small ?? '')
    assert.match(about(findings, 'data folder').saw, /takes no more bytes \(ENOSPC\)/)
    assert.match(about(findings, 'disk').saw, /0 MB free/)
  })

  const less = smallDisk(200)
  it('is named where the log may outgrow the disk', { skip: less === null && 'only root mounts' }, async () => {
    const findings = (await found(less ?? '', 4e9)).filter(({ saw }) => !saw.includes('in memory'))
    assertWrong(findings, [
      {
        about: 'disk',
        standing: 'warning',
        saw: /may still grow by 4000 MB/,
        todo: /--log-retention-bytes 10\d000000/,
      },
    ])
  })
})
