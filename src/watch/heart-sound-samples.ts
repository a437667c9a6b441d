import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { type PcgChunk } from '../records.ts'

let flac: Promise<FLACDecoder> | null = null
let turn: Promise<unknown> = Promise.resolve()

/** A chunk's samples as int16, little-endian. Null for FLAC that does not decode: join sends it to dead-letter. */
export async function heartSoundSamples(chunk: PcgChunk): Promise<Uint8Array | null> {
  switch (chunk.encoding) {
    case 'pcm_s16le':
      return chunk.samples
    case 'flac': {
      // The decoder holds one stream at a time.
      const decoded = turn.then(() => decodeFlac(chunk.samples))
      turn = decoded
      return decoded
    }
  }
}

async function decodeFlac(file: Uint8Array): Promise<Uint8Array | null> {
  const decoder = await (flac ??= openDecoder())
  try {
    const { channelData, samplesDecoded, errors } = await decoder.decodeFile(file)
    const channel = channelData[0]
    return channel === undefined || samplesDecoded === 0 || errors.length > 0 ? null : int16(channel)
  } catch {
    return null
  } finally {
    await decoder.reset()
  }
}

async function openDecoder(): Promise<FLACDecoder> {
  const decoder = new FLACDecoder()
  await decoder.ready
  return decoder
}

function int16(channel: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(channel.length * 2)
  for (const [index, value] of channel.entries())
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value)) * 32_767), index * 2)
  return bytes
}
