import { fork, type ChildProcess } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../clock.ts'
import type { InferenceReply, InferenceRequest } from './inference-messages.ts'
import type { Tensors } from './tensor.ts'

const CHILD = fileURLToPath(new URL(`./inference-child${extname(import.meta.url)}`, import.meta.url))
const STDERR_KEPT = 2_000

/** MODEL_UNPROVEN: the runtime is there and refused, as it will again; the other two may pass. */
export type Refusal = { ok: false; code: 'MODEL_DEADLINE' | 'MODEL_DOWN' | 'MODEL_UNPROVEN'; detail: string }
export type LoadOutcome = { ok: true; sha256: string; inputs: readonly string[]; outputs: readonly string[] } | Refusal
export type RunOutcome = { ok: true; outputs: Tensors; runMs: number; rssBytes: number } | Refusal

type Ask =
  { kind: 'load'; modelFile: string; provider: string } | { kind: 'run'; inputs: Tensors; outputs: readonly string[] }

/**
 * A child process with one model on one provider. Every request ends in a value: an answer, MODEL_DEADLINE (then the
 * process is killed: a session that hangs cannot be told to stop), MODEL_DOWN (it died) or MODEL_UNPROVEN (it refused).
 */
export class InferenceProcess {
  readonly #clock: Clock
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (reply: InferenceReply | Refusal) => void>()
  readonly #exited: Promise<void>
  #nextId = 0
  #gone: string | null = null
  #stderr = ''

  constructor(clock: Clock) {
    this.#clock = clock
    this.#child = fork(CHILD, [], {
      serialization: 'advanced',
      execArgv: [],
      // Our own settings may hold secrets, and a model has no use for them.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIGIL_'))),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.setEncoding('utf8')
    this.#child.stderr?.on('data', (part: string) => {
      this.#stderr = (this.#stderr + part).slice(-STDERR_KEPT)
    })
    this.#child.on('message', (reply: InferenceReply) => this.#settle(reply.id, reply))
    this.#exited = new Promise((resolve) => {
      const ended = (why: string): void => {
        this.#end(why)
        resolve()
      }
      this.#child.once('exit', (code, signal) => ended(`the inference process ended (${signal ?? code ?? 'unknown'})`))
      this.#child.once('error', (error) => ended(`the inference process failed: ${error.message}`))
    })
  }

  /** undefined: it could not even be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  get alive(): boolean {
    return this.#gone === null
  }

  /** Resolves when the process is gone, whatever the reason. */
  get exited(): Promise<void> {
    return this.#exited
  }

  /** The end of what the runtime wrote to standard error; it says why a provider did not start. */
  get stderr(): string {
    return this.#stderr.trim()
  }

  async load(modelFile: string, provider: string, deadlineMs: number): Promise<LoadOutcome> {
    const reply = await this.#ask({ kind: 'load', modelFile, provider }, deadlineMs)
    if ('ok' in reply) return reply
    if (reply.kind === 'loaded') return { ok: true, ...reply }
    return { ok: false, code: 'MODEL_UNPROVEN', detail: reply.kind === 'refused' ? reply.detail : 'not an answer' }
  }

  async run(inputs: Tensors, outputs: readonly string[], deadlineMs: number): Promise<RunOutcome> {
    const reply = await this.#ask({ kind: 'run', inputs, outputs }, deadlineMs)
    if ('ok' in reply) return reply
    if (reply.kind === 'ran') return { ok: true, ...reply }
    return { ok: false, code: 'MODEL_UNPROVEN', detail: reply.kind === 'refused' ? reply.detail : 'not an answer' }
  }

  /** Ends the process at once; nothing in it is worth saving. */
  async stop(): Promise<void> {
    if (this.#gone === null) this.#child.kill('SIGKILL')
    await this.#exited
  }

  #ask(request: Ask, deadlineMs: number): Promise<InferenceReply | Refusal> {
    if (this.#gone !== null) return Promise.resolve({ ok: false, code: 'MODEL_DOWN', detail: this.#gone })
    const id = this.#nextId++
    return new Promise((resolve) => {
      const deadline = this.#clock.after(deadlineMs, () => {
        this.#waiting.delete(id)
        this.#child.kill('SIGKILL')
        resolve({ ok: false, code: 'MODEL_DEADLINE', detail: `no answer in ${deadlineMs} ms` })
      })
      this.#waiting.set(id, (reply) => {
        deadline.cancel()
        resolve(reply)
      })
      const message: InferenceRequest = { id, ...request }
      this.#child.send(message, (error) => {
        if (error !== null) this.#settle(id, { ok: false, code: 'MODEL_DOWN', detail: error.message })
      })
    })
  }

  #settle(id: number, reply: InferenceReply | Refusal): void {
    const resolve = this.#waiting.get(id)
    this.#waiting.delete(id)
    resolve?.(reply)
  }

  #end(why: string): void {
    this.#gone ??= why
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { ok: false, code: 'MODEL_DOWN', detail: this.#gone })
  }
}
