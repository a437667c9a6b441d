import { NO_SAMPLE } from '../../src/reading.ts'
import type { PlayoutClock } from './playout-clock.ts'
import {
  ERASE_BAR_PX,
  scaleAround,
  SWEEP_MM_PER_S,
  sweepOf,
  sweepSpanMs,
  sweepX,
  sweptPieces,
  type Sweep,
} from './sweep.ts'
import type { Wave } from './wave.ts'

const SCALED_OVER_S = 4
/** A scale more than this much too wide is drawn in. */
const TOO_WIDE = 1.9
const MARGIN_PX = 3

export interface Scale {
  low: number
  high: number
}

/**
 * Sweeps one signal over a canvas at paper speed. Each frame draws only what was newly swept and erases a bar ahead of it;
 * samples are joined by straight lines and nothing is smoothed, so that a hole in the data is a hole in the trace.
 */
export class StripPainter {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D | null
  readonly #wave: () => Wave | undefined
  readonly #playout: PlayoutClock
  readonly #onScale: ((scale: Scale, wave: Wave) => void) | undefined
  #sweep: Sweep = sweepOf(1)
  #heightPx = 1
  #mmPerS: number = SWEEP_MM_PER_S
  #shownMs: number | null = null
  #drawn: Wave | null = null
  #scale: Scale | null = null
  #scaledTo: number | null = null
  #fills = 0

  constructor(
    canvas: HTMLCanvasElement,
    wave: () => Wave | undefined,
    playout: PlayoutClock,
    onScale?: (scale: Scale, wave: Wave) => void,
  ) {
    this.#canvas = canvas
    this.#context = canvas.getContext('2d')
    this.#wave = wave
    this.#playout = playout
    this.#onScale = onScale
  }

  /** Fits the bitmap to the canvas as it is laid out, takes the colour from its style, and draws anew. */
  fit(): void {
    const { clientWidth, clientHeight } = this.#canvas
    if (clientWidth === 0 || clientHeight === 0 || this.#context === null) return
    const density = window.devicePixelRatio
    this.#canvas.width = Math.round(clientWidth * density)
    this.#canvas.height = Math.round(clientHeight * density)
    this.#sweep = sweepOf(clientWidth, this.#playout.speed, this.#mmPerS)
    this.#heightPx = clientHeight
    this.#context.setTransform(density, 0, 0, density, 0, 0)
    this.#context.strokeStyle = getComputedStyle(this.#canvas).color
    this.#context.lineWidth = clientHeight > 90 ? 1.8 : 1.5
    this.#context.lineJoin = 'round'
    this.#shownMs = null
  }

  /** Another paper speed; all that is on the strip is drawn anew. */
  sweepAt(mmPerS: number): void {
    this.#mmPerS = mmPerS
    this.fit()
  }

  paint(monotonicMs: number): void {
    const context = this.#context
    const wave = this.#wave()
    const toMs = this.#playout.shownAt(monotonicMs)
    if (context === null || this.#heightPx <= 1) return
    if (wave === undefined || toMs === null) {
      if (this.#shownMs !== null) this.#wipe(context)
      return
    }
    if (wave.fills !== this.#fills) this.#shownMs = null
    this.#fills = wave.fills
    this.#rescale(wave)
    let fromMs = this.#shownMs
    const spanMs = sweepSpanMs(this.#sweep)
    if (fromMs === null || wave !== this.#drawn || toMs < fromMs || toMs - fromMs > spanMs) {
      // What lies under the bar ahead of the sweep is left out: the first of it would stay there as a dot.
      fromMs = toMs - spanMs + ERASE_BAR_PX / this.#sweep.pxPerMs
      this.#wipe(context)
    }
    this.#drawn = wave
    this.#shownMs = toMs
    for (const { x, width } of sweptPieces(this.#sweep, fromMs, toMs))
      context.clearRect(x + 1, 0, width, this.#heightPx)
    this.#draw(context, wave, fromMs, toMs)
  }

  #draw(context: CanvasRenderingContext2D, wave: Wave, fromMs: number, toMs: number): void {
    const { ring } = wave
    const scale = this.#scale
    if (scale === null) return
    const pxPerUnit = (this.#heightPx - 2 * MARGIN_PX) / (scale.high - scale.low)
    const last = Math.floor((toMs * ring.sampleRateHz) / 1_000)
    let before = -1
    context.beginPath()
    for (let index = Math.floor((fromMs * ring.sampleRateHz) / 1_000); index <= last; index++) {
      const sample = ring.at(index)
      if (sample === NO_SAMPLE) {
        before = -1
        continue
      }
      const x = sweepX(this.#sweep, ring.timeOf(index))
      const y = this.#heightPx - MARGIN_PX - (sample * wave.scale + wave.offset - scale.low) * pxPerUnit
      if (before < 0 || x < before) context.moveTo(x, y)
      else context.lineTo(x, y)
      before = x
    }
    context.stroke()
  }

  /** Looks at the scale when samples came, which is before the sweep reaches them. */
  #rescale(wave: Wave): void {
    if (wave === this.#drawn && wave.ring.endIndex === this.#scaledTo) return
    this.#scaledTo = wave.ring.endIndex
    const range = wave.ring.range(SCALED_OVER_S * this.#playout.speed)
    if (range === null) return
    const low = range.low * wave.scale + wave.offset
    const high = range.high * wave.scale + wave.offset
    const known = this.#scale
    const wanted = scaleAround(Math.min(low, high), Math.max(low, high))
    const fits = known !== null && known.low <= low && known.high >= high
    if (fits && known.high - known.low <= (wanted.high - wanted.low) * TOO_WIDE) return
    this.#scale = wanted
    this.#shownMs = null // all that is on the strip is drawn again, so that it has one scale
    this.#onScale?.(wanted, wave)
  }

  #wipe(context: CanvasRenderingContext2D): void {
    context.clearRect(0, 0, this.#sweep.widthPx, this.#heightPx)
    this.#shownMs = null
  }
}
