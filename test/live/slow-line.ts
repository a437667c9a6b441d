import { connect, createServer, type Server, type Socket } from 'node:net'
import { SystemClock } from '../../src/clock.ts'

/** What a slow line lets through at once, as a share of its second. */
const DRIP_MS = 50
const clock = new SystemClock()

interface Ends {
  browser: Socket
  ward: Socket
  /** Something is still on its way to the browser, a bit at a time. */
  dripping: boolean
}

/**
 * A line between a browser and the ward that can be held: nothing that the server sends arrives until it is let go. Or it
 * is only slow: so many bytes a second.
 */
export class SlowLine {
  readonly #server: Server
  readonly #ends: Ends[] = []
  #held = false
  #bytesPerSecond = Infinity
  /** Connections so far. */
  count = 0
  /** Bytes that came to the browser. */
  passed = 0

  constructor(wardPort: number) {
    this.#server = createServer((browser) => {
      const ward = connect(wardPort, '127.0.0.1')
      this.count++
      const ends: Ends = { browser, ward, dripping: false }
      this.#ends.push(ends)
      browser.pipe(ward)
      ward.on('data', (bytes) => this.#pass(ends, bytes))
      if (this.#held) ward.pause()
      for (const [end, other] of [
        [browser, ward],
        [ward, browser],
      ] as const) {
        end.on('error', () => undefined)
        end.on('close', () => other.destroy())
      }
    })
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  hold(): void {
    this.#held = true
    for (const { ward } of this.#ends) ward.pause()
  }

  letGo(): void {
    this.#held = false
    for (const { ward, dripping } of this.#ends) if (!dripping) ward.resume()
  }

  /** From the next bytes on; Infinity: as fast as they come. */
  limit(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond
  }

  close(): void {
    for (const { browser, ward } of this.#ends) for (const end of [browser, ward]) end.destroy()
    this.#server.close()
  }

  #pass(ends: Ends, bytes: Buffer): void {
    const most = Math.max(1, Math.floor((this.#bytesPerSecond * DRIP_MS) / 1_000))
    const { browser, ward } = ends
    browser.write(bytes.subarray(0, most))
    this.passed += Math.min(most, bytes.length)
    ends.dripping = this.#bytesPerSecond < Infinity
    if (!ends.dripping) {
      if (!this.#held) ward.resume()
      return
    }
    // The line is taken for so long as these bytes need of it.
    ward.pause()
    clock.after((DRIP_MS * Math.min(most, bytes.length)) / most, () => {
      if (bytes.length > most) return this.#pass(ends, bytes.subarray(most))
      ends.dripping = false
      if (!this.#held) ward.resume()
    })
  }
}
