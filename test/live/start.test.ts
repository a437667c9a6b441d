import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { temporaryFolder } from './ward-process.ts'

/** Starts vigil and waits for it to end by itself. */
function startOf(...args: string[]) {
  const main = join(PACKAGE_ROOT, 'dist/src/main.js')
  const { status, stdout, stderr } = spawnSync('node', [main, ...args], { encoding: 'utf8', timeout: 60_000 })
  return { status, lines: `${stdout}${stderr}`.trim().split('\n') }
}

describe('a start that cannot succeed', () => {
  it('names every unknown setting in one line', () => {
    const { status, lines } = startOf('start', '--no-such-thing', '1', '--port', 'many')
    assert.equal(status, 1)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /--no-such-thing.*--port/)
  })

  it('names an unknown command', () => {
    const { status, lines } = startOf('begin')
    assert.equal(status, 1)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /begin/)
  })

  it('says that the port is busy', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const folder = temporaryFolder()
    const { status, lines } = startOf('start', '--port', String(port), '--data', folder, '--demo', 'off')
    server.close()
    rmSync(folder, { recursive: true, force: true })
    assert.equal(status, 1)
    assert.equal(lines.length, 1, lines.join('\n'))
    assert.match(lines[0] ?? '', new RegExp(`${port}.*PORT_BUSY`))
  })

  it('says that the folder cannot be written', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    const { status, lines } = startOf('start', '--port', '0', '--data', join(folder, 'file', 'data'))
    rmSync(folder, { recursive: true, force: true })
    assert.equal(status, 1)
    assert.equal(lines.length, 1, lines.join('\n'))
    assert.match(lines[0] ?? '', /FOLDER_UNWRITABLE/)
  })

  const mount = mountedSmall()
  it(
    'says that the disk is full',
    { skip: mount === null ? 'a small file system can only be mounted by root' : false },
    () => {
      const { status, lines } = startOf('start', '--port', '0', '--data', join(mount ?? '', 'data'))
      spawnSync('umount', [mount ?? ''])
      assert.equal(status, 1)
      assert.equal(lines.length, 1, lines.join('\n'))
      assert.match(lines[0] ?? '', /DISK_FULL/)
    },
  )
})

/** A file system of 2 MB, or null where none can be mounted. */
function mountedSmall(): string | null {
  const folder = join(temporaryFolder(), 'small')
  mkdirSync(folder)
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status === 0 ? folder : null
}
