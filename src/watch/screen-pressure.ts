/** Bytes and packets that wait behind those the connection is still sending. */
const SLOW_BYTES = 256 * 1024
const SLOW_PACKETS = 256
/** What is never dropped may pile up to this; a screen further behind is cut off and fetches what it missed. */
const LOST_BYTES = 16 * 1024 * 1024

/** What is used of an Engine.IO connection: it says when a packet is made and when all waiting ones are handed on. */
export interface Connection {
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown
  on(event: 'flush', listener: () => void): unknown
}

/**
 * How far a screen's connection is behind. Socket.IO's own `volatile` drops all but the first of several packets sent in
 * one turn, even on a fast connection, so the waiting bytes are counted here instead.
 */
export class ScreenPressure {
  #bytes = 0
  #packets = 0
  #slow = false

  constructor(connection: Connection, onSlow: (slow: boolean) => void, onLost: () => void) {
    connection.on('packetCreate', ({ data }) => {
      this.#packets++
      this.#bytes += sizeOf(data)
      if (!this.#slow && (this.#bytes > SLOW_BYTES || this.#packets > SLOW_PACKETS)) onSlow((this.#slow = true))
      if (this.#bytes > LOST_BYTES) onLost()
    })
    connection.on('flush', () => {
      this.#bytes = 0
      this.#packets = 0
      if (this.#slow) onSlow((this.#slow = false))
    })
  }

  get slow(): boolean {
    return this.#slow
  }

  get waitingBytes(): number {
    return this.#bytes
  }
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data.byteLength : 0
}
