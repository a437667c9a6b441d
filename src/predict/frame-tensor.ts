import sharp from 'sharp'

/** Width and height of what the model of procedure frames reads; models/training/procedure_view/frames.py has the same number. */
export const FRAME_SIZE_PX = 128
export const FRAME_CHANNELS = 3

/** A feed's frames have at most 640 pixels a side; sixty times as many are a mistake or an attack, and decoding them would hold up everyone else. */
const MOST_PIXELS = 5_000 * 5_000

export type FrameResult = { ok: true; values: Float32Array } | { ok: false; detail: string }

/** 8-bit pixels, row by row, the channels of a pixel side by side. */
export interface Pixels {
  width: number
  height: number
  channels: number
  data: Uint8Array
}

/**
 * A JPEG frame as [3, size, size]: red, green and blue from 0 to 255, every value the mean of the part of the frame that it covers, so that
 * the whole frame is in it and its sides are squeezed to a square. Orientation and colour profile that the file names are not applied:
 * training did not either.
 */
export async function frameTensor(jpeg: Uint8Array, size = FRAME_SIZE_PX): Promise<FrameResult> {
  try {
    return { ok: true, values: areaAveraged(await decodedFrame(jpeg), size) }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

/** Red, green and blue of a JPEG, at its own size. Throws on what is no whole JPEG. */
export async function decodedFrame(jpeg: Uint8Array): Promise<Pixels> {
  // Looked at first, so that no other decoder is ever given what came from outside.
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) throw new Error('not a JPEG')
  const image = sharp(jpeg, { ignoreIcc: true, failOn: 'truncated', limitInputPixels: MOST_PIXELS })
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}

/**
 * [3, size, size] from pixels of any size: each value is the mean of the pixels under it, those at its edges by the part that is under it.
 * A picture without colour gives three equal planes.
 */
export function areaAveraged({ width, height, channels, data }: Pixels, size: number): Float32Array {
  const across = sharesOf(width, size)
  const down = sharesOf(height, size)
  const plane = size * size
  const output = new Float32Array(FRAME_CHANNELS * plane)
  const rowLength = width * channels
  const row = new Float64Array(rowLength)
  for (let y = 0; y < size; y++) {
    row.fill(0)
    const { first, shares } = down[y] ?? NOTHING
    for (let index = 0; index < shares.length; index++) {
      const share = shares[index] ?? 0
      const start = (first + index) * rowLength
      for (let at = 0; at < rowLength; at++) row[at] = (row[at] ?? 0) + share * (data[start + at] ?? 0)
    }
    for (let x = 0; x < size; x++) {
      const { first, shares } = across[x] ?? NOTHING
      for (let channel = 0; channel < FRAME_CHANNELS; channel++) {
        let at = first * channels + (channels < FRAME_CHANNELS ? 0 : channel)
        let sum = 0
        for (let index = 0; index < shares.length; index++, at += channels) sum += (shares[index] ?? 0) * (row[at] ?? 0)
        output[channel * plane + y * size + x] = sum
      }
    }
  }
  return output
}

interface Shares {
  /** the first pixel that is under a value */
  first: number
  /** of that pixel and those after it; their sum is 1 */
  shares: Float64Array
}

const NOTHING: Shares = { first: 0, shares: new Float64Array() }

/** Value `i` of `size` covers pixels from `i·length/size` to `(i+1)·length/size`. */
function sharesOf(length: number, size: number): Shares[] {
  const covered = length / size
  return Array.from({ length: size }, (_, index) => {
    const low = index * covered
    const high = low + covered
    const first = Math.floor(low)
    const shares: number[] = []
    for (let pixel = first; pixel < Math.min(length, high); pixel++)
      shares.push((Math.min(high, pixel + 1) - Math.max(low, pixel)) / covered)
    return { first, shares: Float64Array.from(shares) }
  })
}
