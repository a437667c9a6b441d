import type { HeartStretch, Span } from './heart-stretch.ts'
import { type Spectrogram, spectrogram } from './spectrogram.ts'

/** Columns of the spectrogram a second: 25 ms each, shorter than the gap between the parts of a heart sound. */
const COLUMNS_PER_S = 40
const AXIS_PX = 14

/** The phonocardiogram: of each pixel the lowest and highest sample; marked seconds behind it, the time below. */
export function drawPhonocardiogram(canvas: HTMLCanvasElement, stretch: HeartStretch, marked: readonly Span[]): void {
  const drawn = fitted(canvas)
  if (drawn === null) return
  const { context, widthPx, heightPx, colour } = drawn
  const { samples, fromMs, toMs } = stretch
  const xOf = (ms: number): number => ((ms - fromMs) / (toMs - fromMs)) * widthPx
  context.clearRect(0, 0, widthPx, heightPx)
  context.fillStyle = colour('--medium')
  context.globalAlpha = 0.35
  for (const span of marked) {
    const x = Math.max(0, xOf(span.fromMs))
    const end = Math.min(widthPx, xOf(span.toMs))
    if (end > x) context.fillRect(x, 0, end - x, heightPx - AXIS_PX)
  }
  context.globalAlpha = 1
  drawSeconds(drawn, stretch, xOf)
  const peak = samples.reduce((most, sample) => (Number.isNaN(sample) ? most : Math.max(most, Math.abs(sample))), 1e-4)
  const middle = (heightPx - AXIS_PX) / 2
  context.fillStyle = colour('--sound')
  for (let x = 0; x < widthPx; x++) {
    const [low, high] = range(samples, (x * samples.length) / widthPx, ((x + 1) * samples.length) / widthPx)
    if (low > high) continue
    const top = middle - (high / peak) * (middle - 2)
    context.fillRect(x, top, 1, Math.max(1, ((high - low) / peak) * (middle - 2)))
  }
}

/** The spectrogram from 0 Hz, below, to 800. Darker or brighter than its ground is louder, by the theme. */
export function drawSpectrogram(canvas: HTMLCanvasElement, stretch: HeartStretch): void {
  const drawn = fitted(canvas)
  if (drawn === null) return
  const { context, widthPx, heightPx, colour } = drawn
  const seconds = (stretch.toMs - stretch.fromMs) / 1_000
  const picture = spectrogram(stretch.samples, stretch.sampleRateHz, Math.max(1, Math.round(seconds * COLUMNS_PER_S)))
  context.clearRect(0, 0, widthPx, heightPx)
  const image = imageOf(picture, rgb(colour('--surface-2')), rgb(colour('--sound')))
  const beside = new OffscreenCanvas(picture.columns, picture.bins)
  beside.getContext('2d')?.putImageData(image, 0, 0)
  context.imageSmoothingEnabled = true
  context.drawImage(beside, 0, 0, widthPx, heightPx)
  context.fillStyle = colour('--text')
  context.font = '11px sans-serif'
  for (const hz of [200, 400, 600])
    if (hz < picture.topHz) context.fillText(`${hz} Hz`, 3, heightPx - (hz / picture.topHz) * heightPx + 4)
}

function imageOf({ columns, bins, levels }: Spectrogram, ground: Rgb, loud: Rgb): ImageData {
  const image = new ImageData(columns, bins)
  for (let column = 0; column < columns; column++)
    for (let bin = 0; bin < bins; bin++) {
      const level = levels[column * bins + bin] ?? NaN
      const at = 4 * ((bins - 1 - bin) * columns + column)
      const share = Number.isNaN(level) ? 0 : level ** 2
      for (let part = 0; part < 3; part++)
        image.data[at + part] = (ground[part] ?? 0) + ((loud[part] ?? 0) - (ground[part] ?? 0)) * share
      image.data[at + 3] = 255
    }
  return image
}

interface Drawn {
  context: CanvasRenderingContext2D
  widthPx: number
  heightPx: number
  colour: (name: string) => string
}

function drawSeconds(
  { context, heightPx, colour }: Drawn,
  { fromMs, toMs }: HeartStretch,
  xOf: (ms: number) => number,
): void {
  context.font = '11px sans-serif'
  const stepMs = toMs - fromMs > 15_000 ? 5_000 : 2_000
  for (let ms = Math.ceil(fromMs / 1_000) * 1_000; ms < toMs; ms += 1_000) {
    const isNamed = ms % stepMs === 0
    context.fillStyle = colour('--line-strong')
    context.fillRect(Math.round(xOf(ms)), heightPx - AXIS_PX, 1, isNamed ? 5 : 3)
    context.fillStyle = colour('--text-2')
    const words = new Date(ms).toLocaleTimeString('en-GB')
    const x = xOf(ms)
    if (isNamed && x > 4) context.fillText(words, x - 22, heightPx - 1)
  }
}

function fitted(canvas: HTMLCanvasElement): Drawn | null {
  const { clientWidth: widthPx, clientHeight: heightPx } = canvas
  const context = canvas.getContext('2d')
  if (context === null || widthPx === 0 || heightPx === 0) return null
  const density = window.devicePixelRatio
  const [width, height] = [Math.round(widthPx * density), Math.round(heightPx * density)]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  context.setTransform(density, 0, 0, density, 0, 0)
  const style = getComputedStyle(canvas)
  return { context, widthPx, heightPx, colour: (name) => style.getPropertyValue(name).trim() }
}

function range(samples: Float32Array, from: number, to: number): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (let index = Math.floor(from); index < Math.max(to, Math.floor(from) + 1); index++) {
    const sample = samples[index] ?? NaN
    if (Number.isNaN(sample)) continue
    if (sample < low) low = sample
    if (sample > high) high = sample
  }
  return [low, high]
}

type Rgb = readonly number[]

function rgb(hex: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
}
