const GAMMA = { high: 0x9e3779b9, low: 0x7f4a7c15 }

/**
 * Java's SplittableRandom, bit for bit (JDK 17: java.util.SplittableRandom, jdk.internal.util.random.RandomSupport), so that
 * the peer's generator can be repeated here. 64-bit words are kept in two halves: BigInt would take minutes.
 */
export class SplittableRandom {
  #seedHigh: number
  #seedLow: number
  #high = 0
  #low = 0

  constructor(seed: number) {
    this.#seedHigh = Math.floor(seed / 2 ** 32) >>> 0
    this.#seedLow = seed >>> 0
  }

  /** 32 bits, signed. */
  nextInt(): number {
    this.#nextSeed()
    this.#xorShift(33)
    this.#multiply(0x62a9d9ed, 0x799705f5)
    this.#xorShift(28)
    this.#multiply(0xcb24d0a5, 0xc88c35b3)
    return this.#high | 0
  }

  /** From 0 to below `bound`. */
  nextBelow(bound: number): number {
    const most = bound - 1
    const first = this.nextInt()
    if ((bound & most) === 0) return first & most
    for (let bits = first >>> 1; ; bits = this.nextInt() >>> 1) {
      const value = bits % bound
      if (((bits + most - value) | 0) >= 0) return value
    }
  }

  /** Fills with whole 64-bit words, least byte first; the last one may be cut. */
  nextBytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 8) {
      this.#nextSeed()
      this.#xorShift(30)
      this.#multiply(0xbf58476d, 0x1ce4e5b9)
      this.#xorShift(27)
      this.#multiply(0x94d049bb, 0x133111eb)
      this.#xorShift(31)
      for (let index = 0; index < 8 && at + index < bytes.length; index++) {
        bytes[at + index] = (index < 4 ? this.#low : this.#high) >>> (8 * (index & 3))
      }
    }
  }

  #nextSeed(): void {
    const low = this.#seedLow + GAMMA.low
    this.#seedHigh = (this.#seedHigh + GAMMA.high + (low > 0xffffffff ? 1 : 0)) >>> 0
    this.#seedLow = low >>> 0
    this.#high = this.#seedHigh
    this.#low = this.#seedLow
  }

  /** word ^= word >>> bits, for 27 to 33 bits. */
  #xorShift(bits: number): void {
    const high = this.#high
    if (bits > 32) this.#low = (this.#low ^ (high >>> (bits - 32))) >>> 0
    else {
      this.#low = (this.#low ^ ((this.#low >>> bits) | (high << (32 - bits)))) >>> 0
      this.#high = (high ^ (high >>> bits)) >>> 0
    }
  }

  /** word *= factor, modulo 2^64: school multiplication in digits of 16 bits. */
  #multiply(factorHigh: number, factorLow: number): void {
    const a0 = this.#low & 0xffff
    const a1 = this.#low >>> 16
    const b0 = factorLow & 0xffff
    const b1 = factorLow >>> 16
    const lowest = a0 * b0
    const cross = a0 * b1
    const other = a1 * b0
    const middle = (lowest >>> 16) + (cross & 0xffff) + (other & 0xffff)
    const carried = a1 * b1 + (cross >>> 16) + (other >>> 16) + (middle >>> 16)
    this.#high = (carried + Math.imul(this.#high, factorLow) + Math.imul(this.#low, factorHigh)) >>> 0
    this.#low = ((middle << 16) | (lowest & 0xffff)) >>> 0
  }
}
