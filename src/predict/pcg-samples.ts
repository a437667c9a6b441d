import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { type PcgChunk } from '../reading.ts'

export type ChunkSamples = { ok: true; samples: Float32Array } | { ok: false; detail: string }

/** One chunk is 0.5-2 s; ten times as much is a mistake or an attack, and decoding it would hold up everyone else. */
const LONGEST_CHUNK_S = 20
/** FLAC can blow up a few bytes to minutes, so it is fed in pieces and stopped as soon as it says more than it should. */
const FLAC_PIECE_BYTES = 2_048

/** The samples of a chunk as parts of full scale, -1..1. */
export async function chunkSamples(chunk: PcgChunk): Promise<ChunkSamples> {
  const { sampleCount, sampleRateHz, samples, encoding } = chunk
  if (!(sampleCount > 0 && sampleCount <= sampleRateHz * LONGEST_CHUNK_S))
    return { ok: false, detail: 'sample count is not that of a chunk' }
  switch (encoding) {
    case 'pcm_s16le':
      return samples.length === sampleCount * 2
        ? { ok: true, samples: fromInt16(samples) }
        : { ok: false, detail: 'bytes are not two a sample' }
    case 'flac':
      return fromFlac(chunk)
  }
}

function fromInt16(bytes: Buffer): Float32Array {
  const output = new Float32Array(bytes.length / 2)
  for (let index = 0; index < output.length; index++) output[index] = bytes.readInt16LE(index * 2) / 32_768
  return output
}

async function fromFlac({ samples: bytes, sampleCount, sampleRateHz }: PcgChunk): Promise<ChunkSamples> {
  if (bytes.subarray(0, 4).toString('latin1') !== 'fLaC') return { ok: false, detail: 'no FLAC marker' }
  const decoder = new FLACDecoder()
  try {
    await decoder.ready
    const parts: Float32Array[] = []
    let length = 0
    for (let at = 0; at < bytes.length + FLAC_PIECE_BYTES; at += FLAC_PIECE_BYTES) {
      const piece = bytes.subarray(at, at + FLAC_PIECE_BYTES)
      const decoded = piece.length > 0 ? await decoder.decode(piece) : await decoder.flush()
      if (decoded.errors.length > 0) return { ok: false, detail: 'FLAC frames are damaged' }
      if (decoded.samplesDecoded === 0) continue
      if (decoded.channelData.length !== 1) return { ok: false, detail: 'FLAC is not mono' }
      if (decoded.sampleRate !== sampleRateHz) return { ok: false, detail: 'FLAC is of another rate than the record' }
      const part = decoded.channelData[0] ?? new Float32Array()
      // The decoder gives a view of its own memory.
      parts.push(part.slice())
      length += part.length
      if (length > sampleCount) break
    }
    if (length !== sampleCount) return { ok: false, detail: 'FLAC has another number of samples than the record' }
    const output = new Float32Array(length)
    let offset = 0
    for (const part of parts) {
      output.set(part, offset)
      offset += part.length
    }
    return { ok: true, samples: output }
  } catch {
    return { ok: false, detail: 'FLAC cannot be decoded' }
  } finally {
    decoder.free()
  }
}
