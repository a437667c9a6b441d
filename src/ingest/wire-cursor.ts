/** Longer varints than this are no time, count or length of ours (49 bits); they are left to the whole decoder. */
const LONGEST_VARINT = 7
/** A double is put together here, in the byte order of the machine: little, as Avro's. */
const DOUBLE = new Float64Array(1)
const DOUBLE_BYTES = new Uint8Array(DOUBLE.buffer)
/** A power of two: each string has one place, and the next that falls there takes it. */
const KNOWN_STRINGS = 4_096

/**
 * Moves over the binary encoding of an Avro record (Avro 1.11, "Binary encoding") without making objects. `intact` turns
 * false at the first thing that is not plainly in order, and stays so; what is read after that means nothing.
 */
export class WireCursor {
  intact = true
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  /** Feeds and codes are few and come again and again: each is one string. */
  readonly #known = new Array<{ bytes: Buffer; text: string } | undefined>(KNOWN_STRINGS).fill(undefined)

  /** Begins anew in `bytes`, behind the frame. */
  open(bytes: Buffer, at: number): void {
    this.#bytes = bytes
    this.#at = at
    this.#end = bytes.length
    this.intact = at <= bytes.length
  }

  /** Everything was read, and nothing is left. */
  get done(): boolean {
    return this.intact && this.#at === this.#end
  }

  /** An int or a long: a zig-zag varint. */
  long(): number {
    const bytes = this.#bytes
    const end = this.#end
    let at = this.#at
    if (at >= end) return this.#fail()
    let byte = bytes[at++] ?? 0
    if (byte < 0x80) {
      this.#at = at
      return (byte >>> 1) ^ -(byte & 1)
    }
    const last = Math.min(end, at - 1 + LONGEST_VARINT)
    let value = byte & 0x7f
    let weight = 0x80
    do {
      if (at >= last) return this.#fail()
      byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * weight
      weight *= 0x80
    } while (byte >= 0x80)
    this.#at = at
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** The number of an enum's symbol, or of a union's branch, out of `choices`. */
  choice(choices: number): number {
    const chosen = this.long()
    if (!(chosen >= 0 && chosen < choices)) return this.#fail()
    return chosen
  }

  boolean(): boolean {
    const at = this.#at
    const byte = at < this.#end ? this.#bytes[at] : undefined
    this.#at = at + 1
    if (byte !== 0 && byte !== 1) this.intact = false
    return byte === 1
  }

  /** A double, of which only matters that it is a number; true when it is above nought. */
  finite(): boolean {
    const at = this.#at
    if (at + 8 > this.#end) return this.#fail() === 0
    this.#at = at + 8
    const [top, next] = [this.#bytes[at + 7] ?? 0, this.#bytes[at + 6] ?? 0]
    // An exponent of all ones is NaN or infinite (IEEE 754).
    if ((top & 0x7f) === 0x7f && (next & 0xf0) === 0xf0) this.intact = false
    return top < 0x80 && (top !== 0 || next !== 0)
  }

  /** A double, whatever it is. */
  double(): number {
    const at = this.#at
    if (at + 8 > this.#end) return this.#fail()
    this.#at = at + 8
    for (let index = 0; index < 8; index++) DOUBLE_BYTES[index] = this.#bytes[at + index] ?? 0
    return DOUBLE[0] ?? NaN
  }

  /** Bytes, as a view. */
  view(): Buffer {
    const length = this.skip()
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  /** Moves over bytes or a string; its length. */
  skip(): number {
    const length = this.long()
    if (!(length >= 0 && this.#at + length <= this.#end)) return this.#fail()
    this.#at += length
    return length
  }

  /** Moves over bytes; whether they begin with `start`. */
  skipStarting(start: Buffer): boolean {
    const length = this.skip()
    return this.intact && length >= start.length && isAt(this.#bytes, this.#at - length, start.length, start)
  }

  /** Moves over a string that must be `text`, in plain ASCII. */
  same(text: string): void {
    const length = this.long()
    const at = this.#at
    if (length !== text.length || at + length > this.#end) {
      this.#fail()
      return
    }
    for (let index = 0; index < length; index++) {
      const byte = this.#bytes[at + index] ?? 0
      if (byte !== text.charCodeAt(index) || byte >= 0x80) this.intact = false
    }
    this.#at = at + length
  }

  /** A string. */
  text(): string {
    const length = this.long()
    const at = this.#at
    if (!(length >= 0 && at + length <= this.#end)) {
      this.#fail()
      return ''
    }
    this.#at = at + length
    return this.#textOf(at, length)
  }

  /** The number of items in the next block of an array; 0 ends it. Blocks with their size are not written by us. */
  block(): number {
    const count = this.long()
    if (count < 0) return this.#fail()
    return count
  }

  #textOf(at: number, length: number): string {
    const bytes = this.#bytes
    // FNV-1a over the bytes.
    let hash = 0x811c9dc5
    for (let index = at; index < at + length; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193)
    const slot = hash & (KNOWN_STRINGS - 1)
    const known = this.#known[slot]
    if (known !== undefined && isAt(bytes, at, length, known.bytes)) return known.text
    const copy = Buffer.from(bytes.subarray(at, at + length))
    const text = copy.toString('utf8')
    this.#known[slot] = { bytes: copy, text }
    return text
  }

  #fail(): number {
    this.intact = false
    return 0
  }
}

function isAt(bytes: Buffer, at: number, length: number, sought: Buffer): boolean {
  if (sought.length !== length) return false
  for (let index = 0; index < length; index++) if (bytes[at + index] !== sought[index]) return false
  return true
}
