import { chunkSamples } from '../predict/pcg-samples.ts'
import type { PcgChunk } from '../records.ts'

/** A chunk's samples as int16, little-endian. Null for FLAC that does not decode: join sends it to dead-letter. */
export async function heartSoundSamples(chunk: PcgChunk): Promise<Uint8Array | null> {
  if (chunk.encoding === 'pcm_s16le') return chunk.samples
  const decoded = await chunkSamples(chunk)
  if (!decoded.ok) return null
  const samples = new Float64Array(decoded.sampleCount)
  decoded.writeTo(samples, 0)
  return int16(samples)
}

function int16(samples: Float64Array): Uint8Array {
  const bytes = Buffer.alloc(samples.length * 2)
  for (const [index, value] of samples.entries())
    bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))), index * 2)
  return bytes
}
