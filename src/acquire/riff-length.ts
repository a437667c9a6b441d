import { open, type FileHandle } from 'node:fs/promises'

/** Bytes that a file says it has and those it has. */
export interface StatedBytes {
  stated: number
  held: number
}

/** Streamed files carry one of these where the length was not known. */
const UNKNOWN_LENGTHS = new Set([0, 0xffff_ffff])

/**
 * The samples of a WAV file, the whole of an AVI file; null where it is neither or says no length. ffmpeg decodes a
 * truncated one without a word, and takes an AVI file's duration from what is left of it.
 */
export async function riffBytes(path: string): Promise<StatedBytes | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const header = Buffer.alloc(12)
    await file.read(header, 0, 12, 0)
    if (header.toString('latin1', 0, 4) !== 'RIFF') return null
    const kind = header.toString('latin1', 8, 12)
    if (kind === 'WAVE') return await waveBytes(file, size)
    const stated = header.readUInt32LE(4)
    // An AVI file of more than 1 GiB has further RIFF lists behind its first.
    return kind !== 'AVI ' || UNKNOWN_LENGTHS.has(stated) ? null : { stated, held: Math.min(stated, size - 8) }
  } finally {
    await file.close()
  }
}

async function waveBytes(file: FileHandle, size: number): Promise<StatedBytes | null> {
  const chunk = Buffer.alloc(8)
  for (let at = 12; at + 8 <= size;) {
    await file.read(chunk, 0, 8, at)
    const stated = chunk.readUInt32LE(4)
    if (chunk.toString('latin1', 0, 4) === 'data') {
      const rest = size - at - 8
      return UNKNOWN_LENGTHS.has(stated) && rest > 0 ? null : { stated, held: Math.min(stated, rest) }
    }
    // Chunks begin at even places.
    at += 8 + stated + (stated % 2)
  }
  return null
}
