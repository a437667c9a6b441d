import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { clock, temporaryFolder } from '../live/ward-process.ts'

export interface VigilOptions {
  args: readonly string[]
  /** The version that runs: the folder of its package. */
  root?: string
  dataDir?: string
  /** A network namespace to run in. */
  namespace?: string | null
}

export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
  tookMs: number
}

/** Who takes over what, and when, beside what is wrong. */
const LOG_LEVEL = 'info'
const START_WITHIN_MS = 60_000
const running = new Set<ChildProcess>()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** A `vigil start` without a dashboard, as a supervisor runs it. */
export class VigilProcess {
  readonly #options: VigilOptions
  readonly dataDir: string
  #child: ChildProcess | null = null
  #asked = false
  output = ''

  constructor(options: VigilOptions) {
    this.#options = options
    this.dataDir = options.dataDir ?? temporaryFolder()
  }

  get pid(): number {
    return this.#child?.pid ?? -1
  }

  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** It ended, and nobody had asked for it. */
  get endedByItself(): boolean {
    return this.#child !== null && !this.running && !this.#asked
  }

  get root(): string {
    return this.#options.root ?? PACKAGE_ROOT
  }

  /** Resolves when all its stages run; rejects with what it printed when it ends instead. */
  async start(): Promise<void> {
    const { args, root = PACKAGE_ROOT, namespace = null } = this.#options
    const command = ['node', join(root, 'dist/src/main.js'), 'start', '--data', this.dataDir, ...args]
    const [file = 'node', ...rest] = namespace === null ? command : ['ip', 'netns', 'exec', namespace, ...command]
    const env = { ...process.env, VIGIL_LOG_LEVEL: LOG_LEVEL }
    const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], env })
    this.#child = child
    this.#asked = false
    running.add(child)
    child.once('exit', () => running.delete(child))
    const said = this.output.length
    await new Promise<void>((resolve, reject) => {
      const late = clock.after(START_WITHIN_MS, () => reject(new Error(`vigil did not start:\n${this.output}`)))
      const read = (chunk: Buffer): void => {
        this.output = this.output.slice(-200_000) + chunk.toString()
        if (!/^(raise|store|watch) {2,}/m.test(this.output.slice(Math.min(said, this.output.length)))) return
        late.cancel()
        resolve()
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.once('exit', (code, signal) => {
        late.cancel()
        reject(new Error(`vigil ended with ${code ?? signal}:\n${this.output.slice(-2_000)}`))
      })
    })
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }

  /** Resolves when it has ended by itself or by an earlier signal. */
  async ended(): Promise<Ending> {
    const startedMs = clock.monotonicMs()
    const child = this.#child
    if (child !== null && this.running) await new Promise((resolve) => child.once('exit', resolve))
    return {
      code: child?.exitCode ?? null,
      signal: child?.signalCode ?? null,
      tookMs: clock.monotonicMs() - startedMs,
    }
  }

  async end(name: NodeJS.Signals): Promise<Ending> {
    const ended = this.ended()
    this.#asked ||= this.running
    this.signal(name)
    return ended
  }

  /** Its child processes: the models. */
  childPids(): number[] {
    try {
      return readdirSync(`/proc/${this.pid}/task`).flatMap((task) =>
        readFileSync(`/proc/${this.pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
      )
    } catch {
      return []
    }
  }

  /** Ends it whatever it does, and removes its folder. */
  async remove(): Promise<void> {
    await this.end('SIGKILL')
    if (this.#options.dataDir === undefined) rmSync(this.dataDir, { recursive: true, force: true })
  }
}
