import type { Clock } from '../clock.ts'

/** Bytes and packets that wait behind those the connection is still sending. */
const SLOW_BYTES = 256 * 1024
const SLOW_PACKETS = 256
/** What is never dropped may pile up to this; a screen further behind is cut off and fetches what it missed. */
const LOST_BYTES = 16 * 1024 * 1024
/** So much may have been sent, and for so long, without a word from the other end that it came. */
const UNPROVEN_BYTES = 64 * 1024
const UNPROVEN_MS = 500
/** Asking is a write of its own: not more often than this, however fast the answers come. */
const ASK_EVERY_MS = 100

/** What is used of an Engine.IO connection: it says when a packet is made and when all waiting ones are handed on. */
export interface Connection {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown
  on(event: 'flush', listener: () => void): unknown
  readonly transport: unknown
}

/** The WebSocket below it, where it is one. Whoever is at its other end answers a ping after all that was sent before (RFC 6455, 5.5.2). */
interface Line {
  ping(): void
  once(event: 'pong', listener: () => void): unknown
}

/**
 * How far a screen's connection is behind. Socket.IO's own `volatile` drops all but the first of several packets sent in
 * one turn, even on a fast connection, so the waiting bytes are counted here instead. But the kernels on the way take
 * megabytes before any waits here, and an alert behind them comes minutes late: so the other end is asked whether they came.
 */
export class ScreenPressure {
  readonly #clock: Clock
  readonly #connection: Connection
  readonly #onSlow: (slow: boolean) => void
  #bytes = 0
  #packets = 0
  /** Bytes since the ping that is not answered yet, and when it was sent; null: none is. */
  #unproven = 0
  #askedMs: number | null = null
  #lastAskedMs = -Infinity
  #late = false
  #full = false

  constructor(connection: Connection, clock: Clock, onSlow: (slow: boolean) => void, onLost: () => void) {
    this.#connection = connection
    this.#clock = clock
    this.#onSlow = onSlow
    connection.on('packetCreate', ({ data }) => {
      const bytes = sizeOf(data)
      this.#packets++
      this.#bytes += bytes
      this.#prove(bytes)
      if (this.#bytes > SLOW_BYTES || this.#packets > SLOW_PACKETS) this.#turn(() => (this.#full = true))
      if (this.#bytes > LOST_BYTES) onLost()
    })
    connection.on('flush', () => {
      this.#bytes = 0
      this.#packets = 0
      this.#turn(() => (this.#full = false))
    })
  }

  get slow(): boolean {
    return this.#full || this.#late
  }

  get waitingBytes(): number {
    return this.#bytes
  }

  #prove(bytes: number): void {
    const nowMs = this.#clock.monotonicMs()
    if (this.#askedMs === null) {
      if (nowMs - this.#lastAskedMs >= ASK_EVERY_MS) this.#ask(nowMs)
      return
    }
    this.#unproven += bytes
    if (this.#unproven > UNPROVEN_BYTES && nowMs - this.#askedMs > UNPROVEN_MS) this.#turn(() => (this.#late = true))
  }

  #ask(nowMs: number): void {
    const line = lineOf(this.#connection.transport)
    if (line === null) return
    this.#askedMs = this.#lastAskedMs = nowMs
    this.#unproven = 0
    line.once('pong', () => {
      this.#askedMs = null
      this.#turn(() => (this.#late = false))
    })
    line.ping()
  }

  #turn(change: () => void): void {
    const before = this.slow
    change()
    if (this.slow !== before) this.#onSlow(this.slow)
  }
}

/** Null while it is polled: then every answer to the screen is a word that the one before came. */
function lineOf(transport: unknown): Line | null {
  const { socket } = transport as { socket?: Partial<Line> & { readyState?: number } }
  return socket?.readyState === 1 && typeof socket.ping === 'function' ? (socket as Line) : null
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data.byteLength : 0
}
