import { crc32 } from 'node:zlib'

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
/** The check of a block is a CRC32. */
const STREAM_FLAGS = Buffer.from([0x00, 0x01])
const LZMA2 = 0x21
/** 64 KiB, the least that holds a chunk */
const DICTIONARY = 0x08
const MOST_PER_CHUNK = 65_536

/** An .xz file of one block whose chunks are not compressed (The .xz File Format 1.2.0): for tests, which would else need a compressor. */
export function xzOf(content: Uint8Array): Buffer {
  const blockHeader = withCrc(Buffer.from([0x02, 0x00, LZMA2, 0x01, DICTIONARY, 0x00, 0x00, 0x00]))
  const chunks = chunksOf(content)
  const check = littleEndian(crc32(content))
  const unpadded = blockHeader.length + chunks.length + check.length
  const index = withCrc(padded(Buffer.from([0x00, ...numberOf(1), ...numberOf(unpadded), ...numberOf(content.length)])))
  const backward = Buffer.concat([littleEndian(index.length / 4 - 1), STREAM_FLAGS])
  return Buffer.concat([
    MAGIC,
    withCrc(STREAM_FLAGS),
    blockHeader,
    padded(chunks),
    check,
    index,
    littleEndian(crc32(backward)),
    backward,
    Buffer.from('YZ'),
  ])
}

function chunksOf(content: Uint8Array): Buffer {
  const parts: Uint8Array[] = []
  for (let from = 0; from < content.length; from += MOST_PER_CHUNK) {
    const part = content.subarray(from, from + MOST_PER_CHUNK)
    const size = part.length - 1
    // The first resets the dictionary.
    parts.push(Uint8Array.of(from === 0 ? 0x01 : 0x02, size >> 8, size & 0xff), part)
  }
  return Buffer.concat([...parts, Uint8Array.of(0)])
}

/** Seven bits a byte, the least first. */
function numberOf(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...numberOf(Math.floor(value / 0x80))]
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}

function withCrc(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, littleEndian(crc32(bytes))])
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
