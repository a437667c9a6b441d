/** Numbers as text: float32, least byte first, base64. */
export const tensorBytes = {
  write(values: Float32Array): string {
    const bytes = Buffer.alloc(4 * values.length)
    values.forEach((value, index) => bytes.writeFloatLE(value, 4 * index))
    return bytes.toString('base64')
  },
  read(text: string): Float32Array {
    const bytes = Buffer.from(text, 'base64')
    return Float32Array.from({ length: bytes.length >> 2 }, (_, index) => bytes.readFloatLE(4 * index))
  },
}
