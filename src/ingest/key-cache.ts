/** More keys than a ward has patients; a key that shares a place with another is only made anew. */
const PLACES = 4_096

interface Place {
  bytes: Uint8Array
  key: string
}

/** Turns the bytes of a key into its string, and the same key into the same string object, record after record. */
export class KeyCache {
  readonly #places: (Place | null)[] = Array.from({ length: PLACES }, () => null)

  /** The key that lies in `bytes` from `start` to `end`. */
  keyOf(bytes: Buffer, start: number, end: number): string {
    let hash = end - start
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0
    const index = (hash ^ (hash >>> 12)) & (PLACES - 1)
    const place = this.#places[index]
    if (place !== null && place !== undefined && isSame(place.bytes, bytes, start, end)) return place.key
    const key = bytes.toString('utf8', start, end)
    this.#places[index] = { bytes: Uint8Array.prototype.slice.call(bytes, start, end), key }
    return key
  }
}

function isSame(known: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false
  return true
}
