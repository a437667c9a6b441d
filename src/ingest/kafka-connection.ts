import { createConnection, type Socket } from 'node:net'
import type { Clock, Timer } from '../clock.ts'
import type { AnswerBuffers } from './answer-buffers.ts'
import { VigilError } from '../errors.ts'
import { RequestBytes } from './kafka-bytes.ts'

const CLIENT_ID = 'vigil'
const CONNECT_MS = 3_000
/** Nothing that is asked for is larger; a length beyond it is no Kafka broker's. */
const MOST_RESPONSE_BYTES = 512_000_000
const SIZE_BYTES = 4

export interface KafkaConnectionOptions {
  host: string
  port: number
  clock: Clock
  /** Where answers are put; null: each into a buffer of its own. */
  buffers?: AnswerBuffers | null
}

interface Asked {
  correlationId: number
  timer: Timer
  resolve(response: Buffer): void
  reject(error: VigilError): void
}

/**
 * One connection to one broker: a request, then its answer. The socket reads straight into a buffer of the answer's size,
 * so that the bytes of a record are never copied on their way to whoever takes the record.
 */
export class KafkaConnection {
  readonly #address: string
  readonly #clock: Clock
  readonly #socket: Socket
  readonly #buffers: AnswerBuffers | null
  readonly #size = Buffer.alloc(SIZE_BYTES)
  #into: Buffer = this.#size
  #filled = 0
  #asked: Asked | null = null
  #correlationId = 0
  #lost: VigilError | null = null

  private constructor({ host, port, clock, buffers = null }: KafkaConnectionOptions) {
    this.#buffers = buffers
    this.#address = `${host}:${port}`
    this.#clock = clock
    this.#socket = createConnection({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      onread: { buffer: () => this.#into.subarray(this.#filled), callback: (count) => this.#read(count) },
    })
    this.#socket.on('error', (cause) => this.#lose(cause.message, cause))
    this.#socket.on('close', () => this.#lose('the connection was closed'))
  }

  /** Connects; rejects with LOG_UNAVAILABLE. */
  static async open(options: KafkaConnectionOptions): Promise<KafkaConnection> {
    const connection = new KafkaConnection(options)
    await connection.#connected()
    return connection
  }

  /** Sends one request and resolves with the body of its answer. Rejects with LOG_UNAVAILABLE; then the connection is closed. */
  request(api: { key: number; version: number }, withinMs: number, body: (to: RequestBytes) => void): Promise<Buffer> {
    if (this.#lost !== null) return Promise.reject(this.#lost)
    if (this.#asked !== null) return Promise.reject(new Error('a connection answers one request at a time'))
    const correlationId = ++this.#correlationId
    const to = new RequestBytes()
    to.int32(0).int16(api.key).int16(api.version).int32(correlationId).string(CLIENT_ID)
    body(to)
    to.int32At(to.length - SIZE_BYTES, 0)
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(withinMs, () => this.#lose(`no answer within ${withinMs} ms`))
      this.#asked = { correlationId, timer, resolve, reject }
      this.#socket.write(to.bytes())
    })
  }

  close(): void {
    this.#lose('the connection is closed')
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(CONNECT_MS, () => this.#lose(`not connected within ${CONNECT_MS} ms`))
      this.#socket.once('connect', () => {
        timer.cancel()
        resolve()
      })
      this.#socket.once('close', () => {
        timer.cancel()
        reject(this.#lost ?? this.#unavailable('not connected'))
      })
    })
  }

  /** The socket has put `count` bytes behind those that were there; the next go where `#into` has room. */
  #read(count: number): boolean {
    this.#filled += count
    if (this.#filled < this.#into.length) return true
    this.#filled = 0
    if (this.#into === this.#size) {
      const size = this.#size.readInt32BE()
      if (size < SIZE_BYTES || size > MOST_RESPONSE_BYTES) this.#lose(`an answer of ${size} bytes`)
      else this.#into = this.#buffers?.take(size) ?? Buffer.allocUnsafeSlow(size)
    } else {
      const response = this.#into
      this.#into = this.#size
      this.#answer(response)
    }
    return this.#lost === null
  }

  #answer(response: Buffer): void {
    const asked = this.#asked
    if (asked === null || response.readInt32BE() !== asked.correlationId) {
      this.#lose('an answer to no request')
      return
    }
    this.#asked = null
    asked.timer.cancel()
    asked.resolve(response.subarray(SIZE_BYTES))
  }

  #lose(why: string, cause?: Error): void {
    if (this.#lost !== null) return
    this.#lost = this.#unavailable(why, cause)
    this.#socket.destroy()
    this.#asked?.timer.cancel()
    this.#asked?.reject(this.#lost)
    this.#asked = null
  }

  #unavailable(why: string, cause?: Error): VigilError {
    return new VigilError('LOG_UNAVAILABLE', `${this.#address}: ${why}`, cause === undefined ? undefined : { cause })
  }
}
