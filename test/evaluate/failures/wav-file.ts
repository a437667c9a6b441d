import type { Drawing } from './failure.ts'

const MOST = 32_767

/** A sound of one channel, as loud as it can be. */
export function wavOf(sound: Float64Array, rateHz: number): Drawing {
  const peak = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9)
  const data = Buffer.alloc(2 * sound.length)
  sound.forEach((value, index) => data.writeInt16LE(Math.round((value / peak) * MOST), 2 * index))
  const head = Buffer.alloc(44)
  head.write('RIFF')
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rateHz, 24)
  head.writeUInt32LE(2 * rateHz, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return { kind: 'wav', bytes: Buffer.concat([head, data]) }
}
