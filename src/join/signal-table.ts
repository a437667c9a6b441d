import type { SkimmedVitals } from '../ingest/skimmed-vitals.ts'
import type { Signals } from '../reading.ts'
import type { ByteArena } from './byte-arena.ts'
import { GatheredSignals } from './gathered-signals.ts'

/** What is held of a numeric, and of a stretch of waveform; codes and validities by number. */
const [CODE, VALUE, VALIDITY] = [0, 1, 2]
const NUMERIC_COLUMNS = 3
const [START_TIME, SAMPLE_RATE, SCALE, OFFSET, STRETCH_VALIDITY, FIRST_SAMPLE, LENGTH] = [1, 2, 3, 4, 5, 6, 7]
const STRETCH_COLUMNS = 8
/** Of each reading its first numeric and its first stretch. */
const HEAD_COLUMNS = 2
const NO_BYTES: Buffer = Buffer.alloc(0)
const NO_SAMPLES = new DataView(NO_BYTES.buffer, 0, 0)
/** No more room is made on the word of the first reading. */
const MOST_EXPECTED = 4_096
/** Nor more bytes than this at once: the first reading may be the only large one. */
const MOST_AHEAD = 262_144

/**
 * What the vitals readings of a window say, in the order in which they came: numbers in tables, gathered code by code when the
 * window has closed. So nothing is made for a reading but its place.
 */
export class SignalTable {
  readonly #arena: ByteArena
  readonly #expected: number
  readonly #codes: string[] = []
  /** by position in a reading, the number of the code that was there last */
  readonly #usual: number[] = []
  #readings = 0
  #numericCount = 0
  #stretchCount = 0
  #sampleCount = 0
  #headBlock: Buffer = NO_BYTES
  #numericBlock: Buffer = NO_BYTES
  #stretchBlock: Buffer = NO_BYTES
  #sampleBlock: Buffer = NO_BYTES
  /** what was gathered lies here */
  readonly #gatheredBlocks: Buffer[] = []
  #heads = int32In(NO_BYTES)
  #numerics = doublesIn(NO_BYTES)
  #stretches = doublesIn(NO_BYTES)
  #samples = int16In(NO_BYTES)

  /** Room for as many readings as are expected, each like the first; it grows. */
  constructor(arena: ByteArena, expected: number) {
    this.#arena = arena
    this.#expected = Math.max(1, Math.min(expected, MOST_EXPECTED))
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#headBlock.length + this.#numericBlock.length + this.#stretchBlock.length + this.#sampleBlock.length
  }

  /** Takes what a reading says; the number of the reading. */
  add(vitals: SkimmedVitals): number {
    const number = this.#readings
    const at = number * HEAD_COLUMNS
    if (at === this.#heads.length) {
      this.#headBlock = this.#larger(this.#headBlock, 4 * HEAD_COLUMNS)
      this.#heads = int32In(this.#headBlock)
    }
    this.#heads[at] = this.#numericCount
    this.#heads[at + 1] = this.#stretchCount
    this.#readings++
    this.#addNumerics(vitals)
    this.#addStretches(vitals)
    return number
  }

  /** What these readings say, in this order, code by code; `timesMs`: the event time of each. */
  gathered(readings: readonly number[], timesMs: readonly number[]): Signals {
    const gathered = new GatheredSignals(this.#codes, this.#samples)
    for (const reading of readings) {
      const numericsEnd = this.#numericsEnd(reading)
      const stretchesEnd = this.#stretchesEnd(reading)
      for (let at = this.#firstNumeric(reading); at < numericsEnd; at += NUMERIC_COLUMNS)
        gathered.expectNumeric((this.#numerics[at + CODE] ?? 0) | 0)
      for (let at = this.#firstStretch(reading); at < stretchesEnd; at += STRETCH_COLUMNS)
        gathered.expectStretch((this.#stretches[at + CODE] ?? 0) | 0)
    }
    const block = this.#arena.take(0, gathered.bytes)
    this.#gatheredBlocks.push(block)
    gathered.layOut(block)
    for (let index = 0; index < readings.length; index++)
      this.#gather(readings[index] ?? NaN, timesMs[index] ?? NaN, gathered)
    return gathered
  }

  /** Nobody looks at it any more, nor at what was gathered. */
  letGo(): void {
    const blocks = [this.#headBlock, this.#numericBlock, this.#stretchBlock, this.#sampleBlock]
    for (const block of [...blocks, ...this.#gatheredBlocks]) this.#arena.give(block)
    this.#headBlock = this.#numericBlock = this.#stretchBlock = this.#sampleBlock = NO_BYTES
    this.#gatheredBlocks.length = 0
  }

  #firstNumeric(reading: number): number {
    return (this.#heads[reading * HEAD_COLUMNS] ?? 0) * NUMERIC_COLUMNS
  }

  #firstStretch(reading: number): number {
    return (this.#heads[reading * HEAD_COLUMNS + 1] ?? 0) * STRETCH_COLUMNS
  }

  #numericsEnd(reading: number): number {
    return reading + 1 < this.#readings ? this.#firstNumeric(reading + 1) : this.#numericCount * NUMERIC_COLUMNS
  }

  #stretchesEnd(reading: number): number {
    return reading + 1 < this.#readings ? this.#firstStretch(reading + 1) : this.#stretchCount * STRETCH_COLUMNS
  }

  #gather(reading: number, timeMs: number, into: GatheredSignals): void {
    const numerics = this.#numerics
    const stretches = this.#stretches
    const numericsEnd = this.#numericsEnd(reading)
    const stretchesEnd = this.#stretchesEnd(reading)
    for (let at = this.#firstNumeric(reading); at < numericsEnd; at += NUMERIC_COLUMNS) {
      const column = into.numeric((numerics[at + CODE] ?? 0) | 0)
      const row = column.filled++
      column.timesMs[row] = timeMs
      column.values[row] = numerics[at + VALUE] ?? NaN
      column.validities[row] = numerics[at + VALIDITY] ?? NaN
    }
    for (let at = this.#firstStretch(reading); at < stretchesEnd; at += STRETCH_COLUMNS) {
      const waveform = into.waveform((stretches[at + CODE] ?? 0) | 0)
      const stretch = waveform.filled++
      waveform.startTimesMs[stretch] = stretches[at + START_TIME] ?? NaN
      waveform.sampleRatesHz[stretch] = stretches[at + SAMPLE_RATE] ?? NaN
      waveform.scales[stretch] = stretches[at + SCALE] ?? NaN
      waveform.offsets[stretch] = stretches[at + OFFSET] ?? NaN
      waveform.validities[stretch] = stretches[at + STRETCH_VALIDITY] ?? NaN
      waveform.firstSamples[stretch] = stretches[at + FIRST_SAMPLE] ?? NaN
      waveform.lengths[stretch] = stretches[at + LENGTH] ?? NaN
    }
  }

  #addNumerics({ numerics, codes, values, validities }: SkimmedVitals): void {
    const first = this.#numericCount
    while ((first + numerics) * NUMERIC_COLUMNS > this.#numerics.length) {
      this.#numericBlock = this.#larger(this.#numericBlock, 8 * NUMERIC_COLUMNS * numerics)
      this.#numerics = doublesIn(this.#numericBlock)
    }
    const table = this.#numerics
    for (let index = 0; index < numerics; index++) {
      const at = (first + index) * NUMERIC_COLUMNS
      table[at + CODE] = this.#code(codes[index] ?? '', index)
      table[at + VALUE] = values[index] ?? NaN
      table[at + VALIDITY] = validities[index] ?? NaN
    }
    this.#numericCount = first + numerics
  }

  #addStretches(vitals: SkimmedVitals): void {
    const { numerics, stretches, stretchCodes, startTimesMs, sampleRatesHz, scales, offsets } = vitals
    const first = this.#stretchCount
    while ((first + stretches) * STRETCH_COLUMNS > this.#stretches.length) {
      this.#stretchBlock = this.#larger(this.#stretchBlock, 8 * STRETCH_COLUMNS * stretches)
      this.#stretches = doublesIn(this.#stretchBlock)
    }
    const table = this.#stretches
    for (let index = 0; index < stretches; index++) {
      const at = (first + index) * STRETCH_COLUMNS
      table[at + CODE] = this.#code(stretchCodes[index] ?? '', numerics + index)
      table[at + START_TIME] = startTimesMs[index] ?? NaN
      table[at + SAMPLE_RATE] = sampleRatesHz[index] ?? NaN
      table[at + SCALE] = scales[index] ?? NaN
      table[at + OFFSET] = offsets[index] ?? NaN
      table[at + STRETCH_VALIDITY] = vitals.stretchValidities[index] ?? NaN
      table[at + FIRST_SAMPLE] = this.#sampleCount
      const start = vitals.starts[index] ?? 0
      const end = vitals.ends[index] ?? 0
      table[at + LENGTH] = (end - start) >> 1
      this.#addSamples(vitals.samples[index] ?? NO_SAMPLES, start, end)
    }
    this.#stretchCount = first + stretches
  }

  /** int16, least byte first */
  #addSamples(source: DataView, start: number, end: number): void {
    const from = this.#sampleCount
    const count = (end - start) >> 1
    while (from + count > this.#samples.length) {
      this.#sampleBlock = this.#larger(this.#sampleBlock, 2 * count)
      this.#samples = int16In(this.#sampleBlock)
    }
    const samples = this.#samples
    for (let index = 0; index < count; index++) samples[from + index] = source.getInt16(start + 2 * index, true)
    this.#sampleCount = from + count
  }

  /** At first for as many readings as are expected, each with so many bytes; then twice as large. */
  #larger(block: Buffer, readingBytes: number): Buffer {
    if (block.length > 0) return this.#arena.enlarge(block, block.length, readingBytes)
    return this.#arena.take(0, Math.max(readingBytes, Math.min(readingBytes * this.#expected, MOST_AHEAD)))
  }

  #code(code: string, position: number): number {
    const usual = this.#usual[position]
    if (usual !== undefined && this.#codes[usual] === code) return usual
    const known = this.#codes.indexOf(code)
    const number = known < 0 ? this.#codes.push(code) - 1 : known
    this.#usual[position] = number
    return number
  }
}

function doublesIn({ buffer, length }: Buffer): Float64Array {
  return new Float64Array(buffer, 0, length >> 3)
}

function int32In({ buffer, length }: Buffer): Int32Array {
  return new Int32Array(buffer, 0, length >> 2)
}

function int16In({ buffer, length }: Buffer): Int16Array {
  return new Int16Array(buffer, 0, length >> 1)
}
