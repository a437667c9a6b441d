import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { SystemClock } from '../../src/clock.ts'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { ClientEvents, ServerEvents } from '../../src/watch/events.ts'

export const clock = new SystemClock()
export type Screen = Socket<ServerEvents, ClientEvents>

/** A `vigil` process as a person starts it, with its own data folder. */
export class WardProcess {
  readonly dataDir: string
  readonly #args: readonly string[]
  readonly #screens: Screen[] = []
  #child: ChildProcess | null = null
  #address = ''
  output = ''

  constructor(args: readonly string[] = [], dataDir = temporaryFolder()) {
    this.#args = args
    this.dataDir = dataDir
  }

  /** Starts it and resolves with its printed address; rejects with what it printed when it ends instead. */
  async start(): Promise<string> {
    this.output = ''
    const child = spawn(
      'node',
      [join(PACKAGE_ROOT, 'dist/src/main.js'), 'start', '--port', '0', '--data', this.dataDir, ...this.#args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, VIGIL_LOG_LEVEL: 'warn' },
      },
    )
    this.#child = child
    this.#address = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.output += chunk.toString()
        const address = /^dashboard (\S+)$/m.exec(this.output)?.[1]
        if (address !== undefined) resolve(address.replace(/\/$/, ''))
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      child.once('exit', (code, signal) => reject(new Error(`vigil ended with ${code ?? signal}:\n${this.output}`)))
    })
    return this.#address
  }

  get address(): string {
    return this.#address
  }

  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** A connected screen, with the headers that a person's browser would bring. */
  async screen(extraHeaders: Record<string, string> = {}): Promise<Screen> {
    const socket: Screen = io(this.#address, { transports: ['websocket'], reconnection: false, extraHeaders })
    this.#screens.push(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('connect_error', reject)
    })
    return socket
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#address}${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return (await response.json()) as T
  }

  /** The sum of a metric's samples whose labels contain `label`. */
  async metric(name: string, label = ''): Promise<number> {
    const text = await (await fetch(`${this.#address}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    return lines.filter((line) => line.includes(label)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  /** Sends a signal and resolves with the exit code, or null when the signal itself ended it. */
  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    for (const screen of this.#screens.splice(0)) screen.disconnect()
    const child = this.#child
    if (child === null || !this.running) return child?.exitCode ?? null
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill(signal)
    return ended
  }

  /** Ends it whatever it does, and removes its folder. */
  async remove(): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

/** Resolves with the first value that `look` finds; rejects after `withinMs`, saying what was waited for. */
export async function eventually<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const startedMs = clock.monotonicMs()
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    if (clock.monotonicMs() - startedMs > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`)
    await clock.sleep(100)
  }
}

/** Resolves with the first event that `accept` takes. */
export function nextEvent<E extends keyof ServerEvents>(
  screen: Screen,
  event: E,
  accept: (payload: Parameters<ServerEvents[E]>[0]) => boolean,
  withinMs: number,
): Promise<Parameters<ServerEvents[E]>[0]> {
  // The typed listener map does not follow a generic event name.
  const untyped = screen as unknown as NodeJS.EventEmitter
  return new Promise((resolve, reject) => {
    const timer = clock.after(withinMs, () => {
      untyped.off(event, listen)
      reject(new Error(`not within ${withinMs} ms: ${event}`))
    })
    const listen = (payload: Parameters<ServerEvents[E]>[0]): void => {
      if (!accept(payload)) return
      timer.cancel()
      untyped.off(event, listen)
      resolve(payload)
    }
    untyped.on(event, listen)
  })
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'vigil-'))
}
