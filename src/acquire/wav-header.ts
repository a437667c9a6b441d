import { open } from 'node:fs/promises'

/** Streamed WAV files carry one of these where the length was not known. */
const UNKNOWN_LENGTHS = new Set([0, 0xffff_ffff])

/**
 * Bytes of samples that a WAV file says it has and those it has; null where it is no RIFF WAVE file or says no length.
 * ffmpeg decodes a truncated one without a word.
 */
export async function wavDataBytes(path: string): Promise<{ stated: number; held: number } | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const header = Buffer.alloc(12)
    await file.read(header, 0, 12, 0)
    if (header.toString('latin1', 0, 4) !== 'RIFF' || header.toString('latin1', 8, 12) !== 'WAVE') return null
    const chunk = Buffer.alloc(8)
    for (let at = 12; at + 8 <= size;) {
      await file.read(chunk, 0, 8, at)
      const length = chunk.readUInt32LE(4)
      if (chunk.toString('latin1', 0, 4) === 'data') {
        return UNKNOWN_LENGTHS.has(length)
          ? null
          : { stated: length, held: Math.max(0, Math.min(length, size - at - 8)) }
      }
      // Chunks begin at even places.
      at += 8 + length + (length % 2)
    }
    return null
  } finally {
    await file.close()
  }
}
