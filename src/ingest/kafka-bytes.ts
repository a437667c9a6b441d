/** An int64 as a number: offsets and times stay far below 2^53. */
export function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 4_294_967_296 + bytes.readUInt32BE(at + 4)
}

/** Writes a request in Kafka's encoding: big-endian numbers, strings with their length before them. */
export class RequestBytes {
  #bytes = Buffer.allocUnsafe(1_024)
  #length = 0

  int8(value: number): this {
    this.#length = this.#room(1).writeInt8(value, this.#length)
    return this
  }

  int16(value: number): this {
    this.#length = this.#room(2).writeInt16BE(value, this.#length)
    return this
  }

  int32(value: number): this {
    this.#length = this.#room(4).writeInt32BE(value, this.#length)
    return this
  }

  int64(value: number): this {
    const bytes = this.#room(8)
    bytes.writeInt32BE(Math.floor(value / 4_294_967_296), this.#length)
    this.#length = bytes.writeUInt32BE(value >>> 0, this.#length + 4)
    return this
  }

  string(value: string): this {
    const length = Buffer.byteLength(value)
    this.int16(length)
    this.#room(length).write(value, this.#length)
    this.#length += length
    return this
  }

  /** Puts a number in where `length` was when its place was kept free. */
  int32At(value: number, at: number): this {
    this.#bytes.writeInt32BE(value, at)
    return this
  }

  get length(): number {
    return this.#length
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #room(needed: number): Buffer {
    if (this.#length + needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + needed))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    return this.#bytes
  }
}
