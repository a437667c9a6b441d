import { connect, type Socket } from 'node:net'
import { VigilError } from '../errors.ts'

export interface BrokerAddress {
  host: string
  port: number
}

const CONNECT_MS = 3_000
const CLIENT_ID = 'vigil-doctor'

/** Connects to a broker's address, or rejects with the system's code, such as ECONNREFUSED. */
export function connectTo({ host, port }: BrokerAddress, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal, timeout: CONNECT_MS })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

/**
 * One connection in Kafka's protocol. It is for looking only: reading with the client library makes a consumer group on the
 * brokers, and whoever examines a ward leaves nothing behind.
 */
export class KafkaWire {
  readonly #socket: Socket
  readonly #waiting: { resolve(body: Buffer): void; reject(error: Error): void }[] = []
  #received: Buffer[] = []
  #receivedBytes = 0
  #sent = 0

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', () => this.close())
    socket.on('close', () => this.close())
  }

  /** Answers come in the order of the requests (Kafka protocol guide, "Network"). Throws LOG_UNAVAILABLE. */
  ask(apiKey: number, apiVersion: number, body: Buffer): Promise<Buffer> {
    if (this.#socket.destroyed) return Promise.reject(new VigilError('LOG_UNAVAILABLE', 'the connection ended'))
    const head = Buffer.alloc(14 + CLIENT_ID.length)
    head.writeInt32BE(head.length - 4 + body.length, 0)
    head.writeInt16BE(apiKey, 4)
    head.writeInt16BE(apiVersion, 6)
    head.writeInt32BE(this.#sent++, 8)
    head.writeInt16BE(CLIENT_ID.length, 12)
    head.write(CLIENT_ID, 14)
    this.#socket.write(Buffer.concat([head, body]))
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  close(): void {
    this.#socket.destroy()
    for (const { reject } of this.#waiting.splice(0)) reject(new VigilError('LOG_UNAVAILABLE', 'the connection ended'))
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    this.#receivedBytes += chunk.length
    while (this.#receivedBytes >= 4) {
      const size = this.#peekSize()
      if (this.#receivedBytes < 4 + size) return
      const all = Buffer.concat(this.#received)
      this.#received = [all.subarray(4 + size)]
      this.#receivedBytes = all.length - 4 - size
      // After the size comes the number of the request.
      this.#waiting.shift()?.resolve(all.subarray(8, 4 + size))
    }
  }

  #peekSize(): number {
    const [first = Buffer.alloc(0)] = this.#received
    if (first.length >= 4) return first.readInt32BE(0)
    this.#received = [Buffer.concat(this.#received)]
    return this.#received[0]?.readInt32BE(0) ?? 0
  }
}
