import { FLACDecoder } from '@wasm-audio-decoders/flac'
import type { PcgChunk } from '../reading.ts'
import { flacFrames } from './flac-frames.ts'

export type ChunkSamples = { ok: true; samples: Float32Array } | { ok: false; detail: string }

/** One chunk is 0.5-2 s; ten times as much is a mistake or an attack, and decoding it would hold up everyone else. */
const LONGEST_CHUNK_S = 20
/**
 * Making a decoder takes some 5 ms, decoding a chunk well under one, so they are kept. One for each block size, rate and
 * so on: libFLAC counts frames in units of the block size it saw before, and reports a missing frame when that changes.
 */
const decoders = new Map<string, FLACDecoder>()
const MOST_DECODERS = 8

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
  const flac = flacFrames(bytes)
  if (flac === null) return { ok: false, detail: 'FLAC is damaged' }
  if (flac.channels !== 1) return { ok: false, detail: 'FLAC is not mono' }
  if (flac.sampleRateHz !== sampleRateHz) return { ok: false, detail: 'FLAC is of another rate than the record' }
  // Checked before decoding: a few bytes of FLAC can stand for minutes.
  if (flac.sampleCount !== sampleCount) return { ok: false, detail: 'FLAC has another length than the record' }
  const format = `${sampleRateHz}/${flac.blockSize}`
  try {
    const decoder = await decoderFor(format)
    // The decoder's own parser loses frames of less than 14 bytes, which is what silence becomes.
    const { channelData, samplesDecoded, bitDepth, errors } = await decoder.decodeFrames([...flac.frames])
    const [sound] = channelData
    if (errors.length > 0 || samplesDecoded !== sampleCount || sound === undefined)
      return forget(format, 'FLAC does not decode')
    // The decoder takes the largest positive sample for 1; with half the range as 1, PCM and FLAC come out the same.
    const largest = 2 ** (bitDepth - 1) - 1
    return { ok: true, samples: sound.map((value) => Math.round(value * largest) / (largest + 1)) }
  } catch {
    return forget(format, 'FLAC cannot be decoded')
  }
}

async function decoderFor(format: string): Promise<FLACDecoder> {
  const known = decoders.get(format)
  if (known !== undefined) return known
  const fresh = new FLACDecoder()
  await fresh.ready
  if (decoders.size >= MOST_DECODERS) decoders.clear()
  decoders.set(format, fresh)
  return fresh
}

/** After an error nobody knows what state the decoder is in; the next chunk gets another. */
function forget(format: string, detail: string): ChunkSamples {
  decoders.delete(format)
  return { ok: false, detail }
}
