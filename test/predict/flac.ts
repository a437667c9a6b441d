import ffmpeg from '@ffmpeg-installer/ffmpeg'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { PcgChunk } from '../../src/reading.ts'

/** The samples of a PCM chunk as a FLAC file; the block size is the encoder's choice unless it is given. */
export async function flacOf({ samples, sampleRateHz }: PcgChunk, blockSize?: number): Promise<Buffer> {
  const raw = ['-f', 's16le', '-ar', String(sampleRateHz), '-ac', '1', '-i', 'pipe:0']
  const blocks = blockSize === undefined ? [] : ['-frame_size', String(blockSize)]
  const child = spawn(ffmpeg.path, ['-v', 'error', ...raw, '-c:a', 'flac', ...blocks, '-f', 'flac', 'pipe:1'])
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  child.stdin.end(samples)
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`)
  return Buffer.concat(parts)
}
