import type { PatientWindow, Readings } from '../../../src/reading.ts'
import { opaqueBytes } from './avro-twin.ts'

const SUMMARY_BYTES = 224
const CODES = ['hr', 'spo2', 'rr', 'abp_sys', 'abp_dia', 'temp']
const NO_VALUES = new Float64Array(0)
/** Sums of bytes are kept in halves of 16 bits: so many words fit before one runs over. */
const WORDS_A_BLOCK = 256
/** The even bytes of a word; moved by one, the odd ones. */
const LOW = 0x00ff00ff

/**
 * What the peer computes of a window, in the peer's layout (its README): sum, least and most of each numeric, the sum of
 * squares of ECG and sound, the sum of all bytes of the frames. Every byte is read. `shiftMs` is taken off the times again.
 */
export function windowSummary({ patientId, startMs, endMs, readings }: PatientWindow, shiftMs: number): Buffer {
  const { counts } = readings
  const summary = Buffer.allocUnsafe(SUMMARY_BYTES)
  const modalities = (counts.vitals > 0 ? 1 : 0) | (counts.pcg > 0 ? 2 : 0) | (counts.video > 0 ? 4 : 0)
  let at = summary.writeUInt8(0x57, 0)
  at = summary.writeUInt8(1, at)
  at = summary.writeUInt16BE(modalities, at)
  at = summary.writeInt32BE(Number(patientId.slice(1)), at)
  at = summary.writeBigInt64BE(BigInt(startMs - shiftMs), at)
  at = summary.writeBigInt64BE(BigInt(endMs - shiftMs), at)
  at = writeVitals(summary, at, readings)
  at = writeSound(summary, at, readings)
  writeFrames(summary, at, readings)
  return summary
}

function writeVitals(summary: Buffer, start: number, { counts, signals }: Readings): number {
  let at = summary.writeInt32BE(counts.vitals, start)
  for (const code of CODES) {
    let sum = 0
    let least = Infinity
    let most = -Infinity
    const values = signals.numerics.get(code)?.values ?? NO_VALUES
    // An index: a list of doubles makes an object of each for an iterator.
    for (let row = 0; row < values.length; row++) {
      const value = values[row] ?? NaN
      sum += value
      if (value < least) least = value
      if (value > most) most = value
    }
    at = summary.writeDoubleBE(sum, at)
    at = summary.writeDoubleBE(least, at)
    at = summary.writeDoubleBE(most, at)
  }
  let ecgSquares = 0
  for (const { samples, firstSamples, lengths, scales } of signals.waveforms.values())
    for (let stretch = 0; stretch < scales.length; stretch++) {
      const scale = scales[stretch] ?? NaN
      const from = firstSamples[stretch] ?? 0
      ecgSquares += squares(samples, from, from + (lengths[stretch] ?? 0)).sum * scale * scale
    }
  return summary.writeDoubleBE(ecgSquares, at)
}

function writeSound(summary: Buffer, start: number, { counts, pcg }: Readings): number {
  let count = 0
  let sum = 0
  let peak = 0
  for (const { samples } of pcg) {
    const chunk = squaresOfPairs(int32(samples))
    count += samples.length >> 1
    sum += chunk.sum
    peak = Math.max(peak, chunk.peak)
  }
  let at = summary.writeInt32BE(counts.pcg, start)
  at = summary.writeBigInt64BE(BigInt(count), at)
  at = summary.writeDoubleBE(sum, at)
  return summary.writeInt32BE(peak, at)
}

function writeFrames(summary: Buffer, start: number, { counts, video }: Readings): void {
  let count = 0
  let sum = 0
  for (const { jpeg } of video) {
    const bytes = opaqueBytes(jpeg)
    count += bytes.length
    sum += byteSum(bytes)
  }
  let at = summary.writeInt32BE(counts.video, start)
  at = summary.writeBigInt64BE(BigInt(count), at)
  summary.writeBigInt64BE(BigInt(sum), at)
}

let moved = new Uint8Array(0)

/**
 * Samples, two in a word, least byte first; the peer's chunks have an even number of them. A view of a fetched buffer may begin
 * anywhere, words only at every fourth place: then it is copied, and good until the next.
 */
function int32(samples: Uint8Array): Int32Array {
  if (samples.byteOffset % 4 === 0) return new Int32Array(samples.buffer, samples.byteOffset, samples.length >> 2)
  if (moved.length < samples.length) moved = new Uint8Array(samples.length)
  moved.set(samples)
  return new Int32Array(moved.buffer, 0, samples.length >> 2)
}

/** As `squares`, of two samples a word. */
function squaresOfPairs(words: Int32Array): { sum: number; peak: number } {
  let sum = 0
  let most = 0
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? 0
    const first = (word << 16) >> 16
    const second = word >> 16
    const firstSquare = Math.imul(first, first)
    const secondSquare = Math.imul(second, second)
    // Of two there is room in 32 bits, without a sign.
    sum += (firstSquare + secondSquare) >>> 0
    if (firstSquare > most) most = firstSquare
    if (secondSquare > most) most = secondSquare
  }
  return { sum, peak: Math.sqrt(most) }
}

/** Two sums, so that one need not wait for the other; whoever is the largest when squared is the peak. */
function squares(values: Int16Array, start: number, end: number): { sum: number; peak: number } {
  let even = 0
  let odd = 0
  let most = 0
  // As integers: a bound that comes out of a list of doubles would make a double of the index, and the loop four times as slow.
  const stop = end | 0
  let index = start | 0
  for (; index + 1 < stop; index += 2) {
    const first = values[index] ?? 0
    const second = values[index + 1] ?? 0
    const firstSquare = Math.imul(first, first)
    const secondSquare = Math.imul(second, second)
    even += firstSquare
    odd += secondSquare
    if (firstSquare > most) most = firstSquare
    if (secondSquare > most) most = secondSquare
  }
  for (; index < stop; index++) {
    const last = values[index] ?? 0
    even += last * last
    most = Math.max(most, last * last)
  }
  return { sum: even + odd, peak: Math.sqrt(most) }
}

/** Four words at a time where whole words begin: even and odd bytes add up in halves of a word. */
function byteSum(bytes: Uint8Array): number {
  const lead = Math.min(bytes.length, (4 - (bytes.byteOffset % 4)) % 4)
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + lead, (bytes.length - lead) >> 2)
  let sum = 0
  for (let at = 0; at < lead; at++) sum += bytes[at] ?? 0
  const count = words.length | 0
  let index = 0
  while (index + 3 < count) {
    const end = Math.min(index + WORDS_A_BLOCK, count - 3) | 0
    let even = 0
    let odd = 0
    for (; index < end; index += 4) {
      const a = words[index] ?? 0
      const b = words[index + 1] ?? 0
      const c = words[index + 2] ?? 0
      const d = words[index + 3] ?? 0
      even = (even + (a & LOW) + (b & LOW) + (c & LOW) + (d & LOW)) | 0
      odd = (odd + ((a >>> 8) & LOW) + ((b >>> 8) & LOW) + ((c >>> 8) & LOW) + ((d >>> 8) & LOW)) | 0
    }
    sum += (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16)
  }
  for (let at = lead + index * 4; at < bytes.length; at++) sum += bytes[at] ?? 0
  return sum
}
