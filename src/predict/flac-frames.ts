/**
 * Cuts a native FLAC file into its frames (RFC 9639). Only frames whose header and footer checksums hold are given, so
 * what is damaged is found before it is decoded, and how many samples will come is known before memory is spent on them.
 */
export interface FlacFrames {
  sampleRateHz: number
  channels: number
  sampleCount: number
  /** Samples in the first frame; all but the last have as many in what encoders write. */
  blockSize: number
  frames: readonly Uint8Array[]
}

const CRC8 = crcTable(8, 0x07)
const CRC16 = crcTable(16, 0x8005)
const SHORTEST_HEADER_BYTES = 6
const FOOTER_BYTES = 2

/** null: not FLAC, cut, or damaged somewhere. */
export function flacFrames(bytes: Buffer): FlacFrames | null {
  const audioAt = endOfMetadata(bytes)
  if (audioAt === null) return null
  // STREAMINFO comes first and its place is fixed: 20 bits rate, 3 bits channels - 1 (RFC 9639, 8.2).
  const sampleRateHz = bytes.readUIntBE(18, 3) >> 4
  const channels = (((bytes[20] ?? 0) >> 1) & 0b111) + 1
  const frames: Uint8Array[] = []
  let sampleCount = 0
  let blockSize = 0
  for (let at = audioAt; at < bytes.length;) {
    const header = frameHeader(bytes, at)
    const end = header === null ? null : frameEnd(bytes, at, header.length)
    if (header === null || end === null) return null
    frames.push(bytes.subarray(at, end))
    sampleCount += header.blockSize
    if (blockSize === 0) blockSize = header.blockSize
    at = end
  }
  return { sampleRateHz, channels, sampleCount, blockSize, frames }
}

function endOfMetadata(bytes: Buffer): number | null {
  if (bytes.length < 42 || bytes.toString('latin1', 0, 4) !== 'fLaC' || ((bytes[4] ?? 0) & 0x7f) !== 0) return null
  for (let at = 4; at + 4 <= bytes.length;) {
    const isLast = (bytes[at] ?? 0) >= 0x80
    at += 4 + bytes.readUIntBE(at + 1, 3)
    if (isLast) return at <= bytes.length ? at : null
  }
  return null
}

/** The header that begins here (RFC 9639, 9.1); null when none does. */
function frameHeader(bytes: Buffer, at: number): { length: number; blockSize: number } | null {
  if (at + SHORTEST_HEADER_BYTES > bytes.length) return null
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return null
  const sizeCode = (bytes[at + 2] ?? 0) >> 4
  const rateCode = (bytes[at + 2] ?? 0) & 0x0f
  const number = bytes[at + 4] ?? 0
  // The frame number is written as UTF-8 is, in up to 7 bytes.
  let next = at + 4 + (number < 0x80 ? 1 : Math.clz32(~(number << 24)))
  const sizeAt = next
  next += sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0
  next += rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0
  if (sizeCode === 0 || rateCode === 15 || next >= bytes.length) return null
  let crc = 0
  for (let index = at; index < next; index++) crc = CRC8[crc ^ (bytes[index] ?? 0)] ?? 0
  if (crc !== bytes[next]) return null
  return { length: next + 1 - at, blockSize: blockSizeOf(sizeCode, bytes, sizeAt) }
}

function blockSizeOf(code: number, bytes: Buffer, at: number): number {
  if (code === 1) return 192
  if (code < 6) return 144 << code
  if (code === 6) return bytes.readUInt8(at) + 1
  if (code === 7) return bytes.readUInt16BE(at) + 1
  return 1 << code
}

/** Where the frame's own checksum comes out right and the next frame, or the end, follows. */
function frameEnd(bytes: Buffer, start: number, headerLength: number): number | null {
  let crc = 0
  const first = start + headerLength + FOOTER_BYTES
  for (let at = start; at < bytes.length;) {
    crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0)
    at++
    // Over a frame with its footer the checksum is 0.
    if (crc === 0 && at > first && (at === bytes.length || frameHeader(bytes, at) !== null)) return at
  }
  return null
}

function crcTable(bits: 8 | 16, polynomial: number): readonly number[] {
  const top = 1 << (bits - 1)
  const mask = 2 ** bits - 1
  return Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8)
    for (let bit = 0; bit < 8; bit++) crc = ((crc & top) !== 0 ? (crc << 1) ^ polynomial : crc << 1) & mask
    return crc
  })
}
