import type { NumericColumn, Signals, WaveformColumn } from '../reading.ts'

/** Of each value its time and itself, of each stretch its start, rate, scale and offset: doubles. */
const [NUMERIC_DOUBLES, STRETCH_DOUBLES] = [2, 4]
/** Of each stretch its first sample and their number. */
const STRETCH_INTS = 2

/**
 * Signals code by code, in columns that lie in one block: first it is told how many of each code there will be, then it is laid
 * out, then it is filled. Codes and validities come by number.
 */
export class GatheredSignals implements Signals {
  readonly numerics = new Map<string, NumericColumn>()
  readonly waveforms = new Map<string, WaveformColumn>()
  readonly #codes: readonly string[]
  readonly #samples: Int16Array
  /** how many of each code, by its number, and the numbers in the order in which they were told */
  readonly #numericCounts: Int32Array
  readonly #stretchCounts: Int32Array
  readonly #numericCodes: number[] = []
  readonly #stretchCodes: number[] = []
  /** by number of the code */
  readonly #numerics: (Numerics | null)[]
  readonly #waveforms: (Waveform | null)[]

  constructor(codes: readonly string[], samples: Int16Array) {
    this.#codes = codes
    this.#samples = samples
    this.#numericCounts = new Int32Array(codes.length)
    this.#stretchCounts = new Int32Array(codes.length)
    this.#numerics = new Array<Numerics | null>(codes.length).fill(null)
    this.#waveforms = new Array<Waveform | null>(codes.length).fill(null)
  }

  expectNumeric(code: number): void {
    const before = this.#numericCounts[code] ?? 0
    if (before === 0) this.#numericCodes.push(code)
    this.#numericCounts[code] = before + 1
  }

  expectStretch(code: number): void {
    const before = this.#stretchCounts[code] ?? 0
    if (before === 0) this.#stretchCodes.push(code)
    this.#stretchCounts[code] = before + 1
  }

  /** What the columns take. */
  get bytes(): number {
    let bytes = 0
    for (const code of this.#numericCodes) bytes += numericBytes(this.#numericCounts[code] ?? 0)
    for (const code of this.#stretchCodes) bytes += stretchBytes(this.#stretchCounts[code] ?? 0)
    return bytes
  }

  /** Puts the columns of what is expected into a block that has room for them; they are empty. */
  layOut({ buffer }: Buffer): void {
    let at = 0
    for (const number of this.#numericCodes) {
      const code = this.#codes[number] ?? ''
      const count = this.#numericCounts[number] ?? 0
      const column = new Numerics(code, buffer, at, count)
      at += numericBytes(count)
      this.#numerics[number] = column
      this.numerics.set(code, column)
    }
    for (const number of this.#stretchCodes) {
      const code = this.#codes[number] ?? ''
      const count = this.#stretchCounts[number] ?? 0
      const column = new Waveform(code, this.#samples, buffer, at, count)
      at += stretchBytes(count)
      this.#waveforms[number] = column
      this.waveforms.set(code, column)
    }
  }

  /** The values of a code; whoever adds one adds to each of its columns. */
  numeric(code: number): Numerics {
    const column = this.#numerics[code]
    if (column === undefined || column === null) throw new Error('a numeric that was not expected')
    return column
  }

  /** The stretches of a code; likewise. */
  waveform(code: number): Waveform {
    const column = this.#waveforms[code]
    if (column === undefined || column === null) throw new Error('a waveform that was not expected')
    return column
  }
}

class Numerics implements NumericColumn {
  readonly code: string
  filled = 0
  readonly timesMs: Float64Array
  readonly values: Float64Array
  readonly validities: Uint8Array

  constructor(code: string, buffer: ArrayBufferLike, at: number, count: number) {
    this.code = code
    this.timesMs = new Float64Array(buffer, at, count)
    this.values = new Float64Array(buffer, at + 8 * count, count)
    this.validities = new Uint8Array(buffer, at + 8 * NUMERIC_DOUBLES * count, count)
  }
}

class Waveform implements WaveformColumn {
  readonly code: string
  filled = 0
  readonly samples: Int16Array
  readonly startTimesMs: Float64Array
  readonly sampleRatesHz: Float64Array
  readonly scales: Float64Array
  readonly offsets: Float64Array
  readonly firstSamples: Int32Array
  readonly lengths: Int32Array
  readonly validities: Uint8Array

  constructor(code: string, samples: Int16Array, buffer: ArrayBufferLike, at: number, count: number) {
    this.code = code
    this.samples = samples
    const doubles = (column: number): Float64Array => new Float64Array(buffer, at + 8 * column * count, count)
    this.startTimesMs = doubles(0)
    this.sampleRatesHz = doubles(1)
    this.scales = doubles(2)
    this.offsets = doubles(3)
    const ints = at + 8 * STRETCH_DOUBLES * count
    this.firstSamples = new Int32Array(buffer, ints, count)
    this.lengths = new Int32Array(buffer, ints + 4 * count, count)
    this.validities = new Uint8Array(buffer, ints + 4 * STRETCH_INTS * count, count)
  }
}

/** The next column begins where a double may. */
function numericBytes(count: number): number {
  return 8 * NUMERIC_DOUBLES * count + wholeWords(count)
}

function stretchBytes(count: number): number {
  return (8 * STRETCH_DOUBLES + 4 * STRETCH_INTS) * count + wholeWords(count)
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
