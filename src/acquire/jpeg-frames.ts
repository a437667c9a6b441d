export interface JpegFrame {
  widthPx: number
  heightPx: number
  jpeg: Buffer
}

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda

/** Cuts a stream of JPEG images into its frames (ITU-T T.81 annex B: markers, segments, entropy-coded data). */
export class JpegSplitter {
  #held: Buffer = Buffer.alloc(0)
  /** Where the search for the end of the first frame goes on, once its scan has begun; 0: not begun. */
  #scanAt = 0

  /** The frames that are complete with these bytes. */
  push(bytes: Buffer): JpegFrame[] {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    const frames: JpegFrame[] = []
    for (let frame = this.#cut(); frame !== null; frame = this.#cut()) frames.push(frame)
    return frames
  }

  /** Bytes that are not a complete frame. */
  get rest(): number {
    return this.#held.length
  }

  #cut(): JpegFrame | null {
    if (this.#scanAt === 0) this.#scanAt = startOfScan(this.#held)
    if (this.#scanAt === 0) return null
    // In entropy-coded data 0xff is always followed by 0 or a restart marker, so that this can only be the end.
    for (let at = this.#held.indexOf(0xff, this.#scanAt); at >= 0; at = this.#held.indexOf(0xff, at + 1)) {
      if (this.#held[at + 1] !== EOI) continue
      const jpeg = Buffer.from(this.#held.subarray(0, at + 2))
      this.#held = this.#held.subarray(at + 2)
      this.#scanAt = 0
      return { ...jpegSize(jpeg), jpeg }
    }
    // The last byte may be the first half of the end marker.
    this.#scanAt = Math.max(this.#scanAt, this.#held.length - 1)
    return null
  }
}

/** Width and height of a JPEG image; zeros where it has no frame header. */
export function jpegSize(jpeg: Buffer): { widthPx: number; heightPx: number } {
  for (const { marker, at } of segments(jpeg)) {
    // SOF0-SOF15 without DHT (c4), JPG (c8) and DAC (cc).
    const frameHeader = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (frameHeader && at + 9 <= jpeg.length)
      return { heightPx: jpeg.readUInt16BE(at + 5), widthPx: jpeg.readUInt16BE(at + 7) }
  }
  return { widthPx: 0, heightPx: 0 }
}

/** Where the first scan's header begins; 0: not there yet. */
function startOfScan(bytes: Buffer): number {
  for (const { marker, at } of segments(bytes)) if (marker === SOS) return at
  return 0
}

/** Walks the marker segments up to the first scan; segments may hold any bytes, an end marker too. */
function* segments(bytes: Buffer): Generator<{ marker: number; at: number }> {
  for (let at = 0; at + 1 < bytes.length;) {
    const marker = bytes[at + 1] ?? 0
    yield { marker, at }
    if (marker === SOS || bytes[at] !== 0xff) return
    if (marker === SOI) at += 2
    else if (at + 3 < bytes.length) at += 2 + bytes.readUInt16BE(at + 2)
    else return
  }
}
