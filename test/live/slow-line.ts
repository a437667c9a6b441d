import { connect, createServer, type Server, type Socket } from 'node:net'

/** A line between a browser and the ward that can be held: nothing that the server sends arrives until it is let go. */
export class SlowLine {
  readonly #server: Server
  readonly #ends: { browser: Socket; ward: Socket }[] = []
  #held = false
  /** Connections so far. */
  count = 0

  constructor(wardPort: number) {
    this.#server = createServer((browser) => {
      const ward = connect(wardPort, '127.0.0.1')
      this.count++
      this.#ends.push({ browser, ward })
      browser.pipe(ward)
      ward.on('data', (bytes) => browser.write(bytes))
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
    for (const { ward } of this.#ends) ward.resume()
  }

  close(): void {
    for (const { browser, ward } of this.#ends) for (const end of [browser, ward]) end.destroy()
    this.#server.close()
  }
}
