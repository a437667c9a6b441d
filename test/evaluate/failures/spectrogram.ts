import sharp from 'sharp'
import type { Drawing } from './failure.ts'

const HEIGHT = 128
const WAVE_HEIGHT = 72
/** Samples of a spectrum, and by how many the next begins later. */
const LENGTH = 128
const HOP = 12
const FLOOR_DB = -65

/** A sound's wave, and below it what it is made of: 0 Hz at the bottom, half the rate on top, the loudest black. */
export async function spectrogramOf(sound: Float64Array): Promise<Drawing> {
  const columns = Math.floor((sound.length - LENGTH) / HOP)
  const height = HEIGHT + WAVE_HEIGHT
  const pixels = new Uint8Array(columns * height).fill(255)
  const most = sound.reduce((peak, value) => Math.max(peak, Math.abs(value)), 1e-9)
  const spectra = Array.from({ length: columns }, (_, column) => spectrum(sound, column * HOP))
  const loudest = Math.max(...spectra.map((levels) => Math.max(...levels)))
  for (const [column, levels] of spectra.entries()) {
    let [low, high] = [Infinity, -Infinity]
    for (const value of sound.subarray(column * HOP, (column + 1) * HOP)) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
    const y = (value: number): number => Math.round((WAVE_HEIGHT / 2 - 2) * (1 - value / most))
    for (let at = y(high); at <= y(low); at++) pixels[at * columns + column] = 40
    for (let row = 0; row < HEIGHT; row++) {
      const level = levels[Math.floor(((HEIGHT - 1 - row) * levels.length) / HEIGHT)] ?? FLOOR_DB
      const share = Math.max(0, Math.min(1, (level - loudest) / FLOOR_DB))
      // Sixteen greys pack well and show no less.
      pixels[(WAVE_HEIGHT + row) * columns + column] = Math.round(share * 15) * 17
    }
  }
  const image = sharp(pixels, { raw: { width: columns, height, channels: 1 } })
  return { kind: 'png', bytes: await image.png({ palette: true, colours: 18, compressionLevel: 9 }).toBuffer() }
}

/** Decibels by frequency, under a Hann window. */
function spectrum(sound: Float64Array, from: number): number[] {
  return Array.from({ length: LENGTH / 2 }, (_, frequency) => {
    let [re, im] = [0, 0]
    for (let index = 0; index < LENGTH; index++) {
      const value = (sound[from + index] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / LENGTH))
      re += value * Math.cos((2 * Math.PI * frequency * index) / LENGTH)
      im -= value * Math.sin((2 * Math.PI * frequency * index) / LENGTH)
    }
    return 10 * Math.log10(re ** 2 + im ** 2 + 1e-12)
  })
}
