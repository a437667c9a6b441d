import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { temporaryFolder } from '../live/ward-process.ts'

/** A database server in a process of its own, which can be killed and started again on the same data. */
export class DatabaseServer {
  readonly #folder = temporaryFolder()
  readonly #socket = join(this.#folder, '.s.PGSQL.5432')
  #child: ChildProcess | null = null

  get url(): string {
    return `postgres://postgres@localhost/postgres?host=${encodeURIComponent(this.#folder)}`
  }

  async start(): Promise<void> {
    rmSync(this.#socket, { force: true })
    const script = join(PACKAGE_ROOT, 'dist/test/faults/database-server.js')
    const child = spawn('node', [script, join(this.#folder, 'data'), this.#socket], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    process.on('exit', () => child.kill('SIGKILL'))
    await new Promise<void>((resolve, reject) => {
      let said = ''
      const read = (chunk: Buffer): void => {
        said += chunk.toString()
        if (said.includes('listening')) resolve()
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.once('exit', (code, signal) => reject(new Error(`the database ended with ${code ?? signal}: ${said}`)))
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  async ids(table: string): Promise<string[]> {
    const client = new pg.Client({ connectionString: this.url })
    await client.connect()
    try {
      return (await client.query<{ id: string }>(`select id from ${table}`)).rows.map(({ id }) => id)
    } finally {
      await client.end()
    }
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
