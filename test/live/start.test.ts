import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PACKAGE_ROOT, readConfig } from '../../src/config.ts'
import { eventually, temporaryFolder, WardProcess } from './ward-process.ts'

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
    const data = join(folder, 'data')
    const { status, lines } = startOf('start', '--port', String(port), '--data', data, '--demo', 'off')
    server.close()
    assert.ok(!existsSync(data), 'before anything else')
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

  const mount = mountedSmall(2)
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

describe('a start', () => {
  const disk = mountedSmall(200)
  it(
    'is over with one clear line when the disk fills while it runs, and good again when there is space',
    { skip: disk === null ? 'a small file system can only be mounted by root' : false },
    async () => {
      const ward = new WardProcess(
        ['--demo', 'on', '--demo-beds', '2', '--recordings', 'none'],
        join(disk ?? '', 'data'),
      )
      await ward.start()
      const { bavail, bsize } = statfsSync(disk ?? '')
      writeFileSync(join(disk ?? '', 'fill'), Buffer.alloc(bavail * bsize - 3_000_000))
      await eventually('the process ends', 30_000, () => Promise.resolve(!ward.running))
      assert.equal(await ward.end(), 1)
      assert.match(ward.output, /^vigil: ingest failed: the disk of the data folder is full$/m)
      rmSync(join(disk ?? '', 'fill'))
      await ward.start()
      await eventually('healthz 200', 30_000, async () => (await fetch(`${ward.address}/healthz`)).status === 200)
      assert.equal(await ward.end(), 0)
      spawnSync('umount', [disk ?? ''])
    },
  )

  it('answers --help with the settings, and starts nothing', () => {
    const { status, lines } = startOf('start', '--help')
    assert.equal(status, 0)
    assert.ok(lines.some((line) => line.includes('--window-size-ms')))
  })

  it('is ended by a signal before it is through, and leaves the folder free', async () => {
    const dataDir = temporaryFolder()
    const main = join(PACKAGE_ROOT, 'dist/src/main.js')
    const settings = ['--port', '0', '--data', dataDir, '--demo-beds', '1', '--recordings', 'none']
    const child = spawn('node', [main, 'start', ...settings], { stdio: ['ignore', 'pipe', 'pipe'] })
    const said: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk))
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
    const lock = join(dataDir, 'log', 'lock')
    await eventually('the log is open', 10_000, () => Promise.resolve(existsSync(lock)))
    child.kill('SIGINT')
    // npm passes on what the terminal has sent already.
    child.kill('SIGINT')
    assert.equal(await ended, 0, Buffer.concat(said).toString())
    assert.ok(!existsSync(lock))
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('goes on without an archive that is damaged: beds are watched, and health says what is lost', async () => {
    const dataDir = temporaryFolder()
    mkdirSync(join(dataDir, 'archive', 'database'), { recursive: true })
    writeFileSync(join(dataDir, 'archive', 'database', 'PG_VERSION'), 'garbage')
    const ward = new WardProcess(['--demo-beds', '2', '--recordings', 'none'], dataDir)
    await ward.start()
    const store = await eventually('health says that the archive failed', 30_000, async () => {
      const health = (await (await fetch(`${ward.address}/healthz`)).json()) as {
        stages: { name: string; state: string }[]
      }
      return health.stages.find(({ name, state }) => name === 'store' && state !== 'starting' && state !== 'running')
    })
    assert.ok(store)
    await eventually('windows are concluded', 40_000, async () => (await ward.metric('vigil_predictions_total')) > 0)
    assert.equal(await ward.end('SIGINT'), 0)
    await ward.remove()
  })

  it('takes a relative folder from where npm was called', () => {
    const from = temporaryFolder()
    const read = readConfig(['--data', 'ward one'], { npm_lifecycle_event: 'start', INIT_CWD: from })
    assert.ok(read.ok)
    assert.equal(read.config.dataDir, join(from, 'ward one'))
    const plain = readConfig(['--data', 'ward one'], {})
    assert.ok(plain.ok)
    assert.equal(plain.config.dataDir, 'ward one')
  })
})

/** A file system of its own, or null where none can be mounted. */
function mountedSmall(sizeMb: number): string | null {
  const folder = join(temporaryFolder(), 'small')
  mkdirSync(folder)
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder]).status === 0 ? folder : null
}
