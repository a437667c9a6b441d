import { FLACDecoder } from '@wasm-audio-decoders/flac'
import type { PcgChunk } from '../reading.ts'
import { flacFrames } from './flac-frames.ts'

/** What a chunk holds, checked and, where that takes time, decoded. */
export interface ChunkSound {
  sampleCount: number
  /** Writes the samples as parts of full scale, -1..1, into `target` from place `from` on. */
  writeTo(target: Float64Array, from: number): void
}

export type ChunkSamples = ({ ok: true } & ChunkSound) | { ok: false; detail: string }

/** One chunk is 0.5-2 s; ten times as much is a mistake or an attack, and decoding it would hold up everyone else. */
const LONGEST_CHUNK_S = 20
/**
 * Making a decoder takes some 5 ms, decoding a chunk well under one, so they are kept. One for each block size, rate and
 * so on: libFLAC counts frames in units of the block size it saw before, and reports a missing frame when that changes.
 */
const decoders = new Map<string, FLACDecoder>()
const MOST_DECODERS = 8

/** The samples of a chunk. PCM is read only when they are written, so its bytes must still be there. */
export async function chunkSamples(chunk: PcgChunk): Promise<ChunkSamples> {
  const { sampleCount, sampleRateHz, samples, encoding } = chunk
  if (!(sampleCount > 0 && sampleCount <= sampleRateHz * LONGEST_CHUNK_S))
    return { ok: false, detail: 'sample count is not that of a chunk' }
  switch (encoding) {
    case 'pcm_s16le':
      return samples.length === sampleCount * 2
        ? { ok: true, sampleCount, writeTo: (target, from) => writeInt16(samples, target, from) }
        : { ok: false, detail: 'bytes are not two a sample' }
    case 'flac':
      return fromFlac(chunk)
  }
}

/** Byte by byte: a chunk may begin at an odd address, where no Int16Array can, and `readInt16LE` checks every sample it reads. */
function writeInt16(bytes: Buffer, target: Float64Array, from: number): void {
  const sampleCount = bytes.length / 2
  for (let index = 0; index < sampleCount; index++) {
    const low = bytes[index * 2] ?? 0
    const high = bytes[index * 2 + 1] ?? 0
    target[from + index] = (((high << 24) >> 16) | low) / 32_768
  }
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
    return { ok: true, sampleCount, writeTo: (target, from) => writeDecoded(sound, bitDepth, target, from) }
  } catch {
    return forget(format, 'FLAC cannot be decoded')
  }
}

/** The decoder takes the largest positive sample for 1; with half the range as 1, PCM and FLAC come out the same. */
function writeDecoded(sound: Float32Array, bitDepth: number, target: Float64Array, from: number): void {
  const largest = 2 ** (bitDepth - 1) - 1
  for (let index = 0; index < sound.length; index++)
    target[from + index] = Math.round((sound[index] ?? 0) * largest) / (largest + 1)
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
