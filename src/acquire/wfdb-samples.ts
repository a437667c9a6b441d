import { MISSING } from './sample-packing.ts'

/** How the samples of one format lie in bytes, signal(5) of the WFDB Applications Guide. */
export interface WfdbFormat {
  /** Samples share bytes in groups; a group is read as a whole. */
  groupSamples: number
  groupBytes: number
  /** The value that marks a sample which is not there; null: the format has none. */
  invalid: number | null
  /** True: the value is the difference to the signal's last sample. */
  differences: boolean
  /** Decodes the `index`-th sample of the group that begins at byte `at`. */
  sample(bytes: Buffer, at: number, index: number): number
}

const whole = (groupBytes: number, invalid: number, sample: (bytes: Buffer, at: number) => number): WfdbFormat => ({
  groupSamples: 1,
  groupBytes,
  invalid,
  differences: false,
  sample,
})

/** The formats that are read, by their numbers in headers. 508, 516 and 524 (FLAC inside) are not. */
export const WFDB_FORMATS: ReadonlyMap<number, WfdbFormat> = new Map([
  [8, { ...whole(1, 0, (bytes, at) => bytes.readInt8(at)), invalid: null, differences: true }],
  [16, whole(2, -32_768, (bytes, at) => bytes.readInt16LE(at))],
  [24, whole(3, -8_388_608, (bytes, at) => bytes.readIntLE(at, 3))],
  [32, whole(4, -2_147_483_648, (bytes, at) => bytes.readInt32LE(at))],
  [61, whole(2, -32_768, (bytes, at) => bytes.readInt16BE(at))],
  [80, whole(1, -128, (bytes, at) => bytes.readUInt8(at) - 128)],
  [160, whole(2, -32_768, (bytes, at) => bytes.readUInt16LE(at) - 32_768)],
  [212, { groupSamples: 2, groupBytes: 3, invalid: -2_048, differences: false, sample: sample212 }],
  [310, { groupSamples: 3, groupBytes: 4, invalid: -512, differences: false, sample: sample310 }],
  [311, { groupSamples: 3, groupBytes: 4, invalid: -512, differences: false, sample: sample311 }],
])

/** Samples that lie in `size` bytes; a last group may be cut where its last samples are not used. */
export function samplesIn(format: WfdbFormat, size: number): number {
  const groups = Math.floor(size / format.groupBytes)
  const rest = size % format.groupBytes
  // 212: the first sample of a pair is complete after two of three bytes.
  return groups * format.groupSamples + (format.groupSamples === 2 && rest === 2 ? 1 : 0)
}

/** The `count` samples of a run of groups, MISSING where the format marks none. */
export function decodeSamples(format: WfdbFormat, bytes: Buffer, count: number): Int32Array {
  const samples = new Int32Array(count)
  for (let index = 0; index < count; index++) {
    const group = Math.floor(index / format.groupSamples)
    const value = format.sample(bytes, group * format.groupBytes, index % format.groupSamples)
    samples[index] = value === format.invalid ? MISSING : value
  }
  return samples
}

/** Two 12-bit samples in three bytes: the middle byte has the high bits of the first below those of the second. */
function sample212(bytes: Buffer, at: number, index: number): number {
  const middle = bytes.readUInt8(at + 1)
  const raw =
    index === 0 ? bytes.readUInt8(at) | ((middle & 0x0f) << 8) : bytes.readUInt8(at + 2) | ((middle & 0xf0) << 4)
  return signed(raw, 12)
}

/** Three 10-bit samples in two byte pairs: bits 1-10 of each pair, then bits 11-15 of both. */
function sample310(bytes: Buffer, at: number, index: number): number {
  if (index < 2) return signed((bytes.readUInt16LE(at + 2 * index) >> 1) & 0x3ff, 10)
  return signed((bytes.readUInt16LE(at) >> 11) | ((bytes.readUInt16LE(at + 2) >> 11) << 5), 10)
}

/** Three 10-bit samples in a row from the lowest bit of four bytes. */
function sample311(bytes: Buffer, at: number, index: number): number {
  return signed((bytes.readUInt32LE(at) >>> (10 * index)) & 0x3ff, 10)
}

function signed(raw: number, bits: number): number {
  return raw >= 1 << (bits - 1) ? raw - (1 << bits) : raw
}
