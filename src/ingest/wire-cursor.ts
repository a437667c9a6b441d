/** Longer varints than this are no time, count or length of ours (49 bits); they are left to the whole decoder. */
const LONGEST_VARINT = 7
/** A double on its way. */
const DOUBLE = new Float64Array(1)
/** A power of two: each string has one place, and the next that falls there takes it. */
const KNOWN_STRINGS = 4_096

/** A string and its bytes in UTF-8. */
export interface KnownText {
  readonly text: string
  readonly bytes: Buffer
}

const NO_TEXT: KnownText = { text: '', bytes: Buffer.alloc(0) }

/**
 * Moves over the binary encoding of an Avro record (Avro 1.11, "Binary encoding") without making objects. `intact` turns
 * false at the first thing that is not plainly in order, and stays so; what is read after that means nothing.
 */
export class WireCursor {
  intact = true
  #bytes: Buffer = Buffer.alloc(0)
  #view = new DataView(this.#bytes.buffer)
  #viewOf = this.#bytes
  #at = 0
  #end = 0
  /** Feeds and codes are few and come again and again: each is one string. */
  readonly #known = new Array<KnownText | undefined>(KNOWN_STRINGS).fill(undefined)

  /** Begins anew in `bytes` at `at`, behind the frame, and goes no further than `end`. */
  open(bytes: Buffer, at: number, end: number): void {
    this.#bytes = bytes
    this.#at = at
    this.#end = end
    this.intact = at <= end
  }

  /** Where it stands in the bytes it was opened in. */
  get at(): number {
    return this.#at
  }

  /** The bytes it was opened in, as numbers. Made when somebody asks for another buffer's: many records lie in one. */
  get numbers(): DataView {
    const bytes = this.#bytes
    if (bytes !== this.#viewOf) {
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      this.#viewOf = bytes
    }
    return this.#view
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

  /** A double, whatever it is. */
  double(): number {
    this.doubleInto(DOUBLE, 0)
    return DOUBLE[0] ?? NaN
  }

  /** A double, whatever it is, put into a list: handed back as a number it would be an object on its way. */
  doubleInto(list: Float64Array, index: number): void {
    const at = this.#at
    if (at + 8 > this.#end) {
      this.#fail()
      return
    }
    this.#at = at + 8
    list[index] = this.numbers.getFloat64(at, true)
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

  /** Moves over the string that comes next if it is the one of these bytes; else it stays where it is. */
  skipSame(known: Uint8Array): boolean {
    const length = known.length
    const at = this.#at + 1
    // The length of a short string is one byte, twice itself.
    if (length >= 64 || this.#bytes[this.#at] !== length * 2 || at + length > this.#end) return false
    for (let index = 0; index < length; index++) if (this.#bytes[at + index] !== known[index]) return false
    this.#at = at + length
    return true
  }

  /** A string. */
  text(): string {
    return this.known().text
  }

  /** A string, with its bytes. */
  known(): KnownText {
    const length = this.long()
    const at = this.#at
    if (!(length >= 0 && at + length <= this.#end)) {
      this.#fail()
      return NO_TEXT
    }
    this.#at = at + length
    return this.#knownAt(at, length)
  }

  /** The number of items in the next block of an array; 0 ends it. Blocks with their size are not written by us. */
  block(): number {
    const count = this.long()
    if (count < 0) return this.#fail()
    return count
  }

  #knownAt(at: number, length: number): KnownText {
    const bytes = this.#bytes
    // FNV-1a over the bytes.
    let hash = 0x811c9dc5
    for (let index = at; index < at + length; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193)
    const slot = hash & (KNOWN_STRINGS - 1)
    const known = this.#known[slot]
    if (known !== undefined && isAt(bytes, at, length, known.bytes)) return known
    const copy = Buffer.from(bytes.subarray(at, at + length))
    return (this.#known[slot] = { bytes: copy, text: copy.toString('utf8') })
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
