import { type SkimmedVitals } from '../ingest/skimmed-vitals.ts'
import { VALIDITY_VALUES } from '../records.ts'
import { GatheredSignals } from './gathered-signals.ts'

/** What is held of a numeric, and of a stretch of waveform; codes and validities by number. */
const [CODE, VALUE, VALIDITY] = [0, 1, 2]
const NUMERIC_COLUMNS = 3
const [START_TIME, SAMPLE_RATE, SCALE, OFFSET, STRETCH_VALIDITY, FIRST_SAMPLE, LENGTH] = [1, 2, 3, 4, 5, 6, 7]
const STRETCH_COLUMNS = 8
const NO_VALUES = new Float64Array(0)
const NO_SAMPLES = new Int16Array(0)
/** No more room is made on the word of the first reading. */
const MOST_EXPECTED = 4_096
/** Nor more values than this at once: the first reading may be the only large one. */
const MOST_AHEAD = 65_536

/**
 * What the vitals readings of a window say, in the order in which they came: numbers in tables, gathered code by code when the
 * window has closed. So nothing is made for a reading but its place.
 */
export class SignalTable {
  readonly #expected: number
  readonly #codes: string[] = []
  /** by position in a reading, the number of the code that was there last */
  readonly #usual: number[] = []
  /** by reading: its first numeric, its first stretch; behind the last one, where the next would begin */
  readonly #firstNumeric: number[] = [0]
  readonly #firstStretch: number[] = [0]
  #numerics: Float64Array = NO_VALUES
  #stretches: Float64Array = NO_VALUES
  #samples = NO_SAMPLES
  #sampleCount = 0

  /** Room for as many readings as are expected, each like the first; it grows. */
  constructor(expected: number) {
    this.#expected = Math.max(1, Math.min(expected, MOST_EXPECTED))
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#numerics.byteLength + this.#stretches.byteLength + this.#samples.byteLength
  }

  /** Takes what a reading says; the number of the reading. */
  add(vitals: SkimmedVitals): number {
    const number = this.#firstNumeric.length - 1
    this.#addNumerics(vitals, this.#firstNumeric[number] ?? 0)
    this.#addStretches(vitals, this.#firstStretch[number] ?? 0)
    return number
  }

  /** For whoever gathers what these readings say. */
  gathering(): GatheredSignals {
    return new GatheredSignals(this.#codes, this.#samples)
  }

  /** Adds what a reading says, code by code. */
  gather(number: number, eventTimeMs: number, into: GatheredSignals): void {
    const numerics = this.#numerics
    const numericsEnd = (this.#firstNumeric[number + 1] ?? 0) * NUMERIC_COLUMNS
    for (let at = (this.#firstNumeric[number] ?? 0) * NUMERIC_COLUMNS; at < numericsEnd; at += NUMERIC_COLUMNS)
      into.addNumeric(
        numerics[at + CODE] ?? NaN,
        eventTimeMs,
        numerics[at + VALUE] ?? NaN,
        numerics[at + VALIDITY] ?? NaN,
      )
    const end = (this.#firstStretch[number + 1] ?? 0) * STRETCH_COLUMNS
    for (let at = (this.#firstStretch[number] ?? 0) * STRETCH_COLUMNS; at < end; at += STRETCH_COLUMNS)
      this.#gatherStretch(at, into)
  }

  #gatherStretch(at: number, into: GatheredSignals): void {
    const stretches = this.#stretches
    const waveform = into.waveform(stretches[at + CODE] ?? NaN)
    waveform.startTimesMs.push(stretches[at + START_TIME] ?? NaN)
    waveform.sampleRatesHz.push(stretches[at + SAMPLE_RATE] ?? NaN)
    waveform.scales.push(stretches[at + SCALE] ?? NaN)
    waveform.offsets.push(stretches[at + OFFSET] ?? NaN)
    waveform.validities.push(VALIDITY_VALUES[stretches[at + STRETCH_VALIDITY] ?? NaN] ?? 'invalid')
    waveform.firstSamples.push(stretches[at + FIRST_SAMPLE] ?? NaN)
    waveform.lengths.push(stretches[at + LENGTH] ?? NaN)
  }

  #addNumerics({ numerics, codes, values, validities }: SkimmedVitals, first: number): void {
    this.#numerics = roomFor(this.#numerics, first * NUMERIC_COLUMNS, numerics * NUMERIC_COLUMNS, this.#expected)
    const table = this.#numerics
    for (let index = 0; index < numerics; index++) {
      const at = (first + index) * NUMERIC_COLUMNS
      table[at + CODE] = this.#code(codes[index] ?? '', index)
      table[at + VALUE] = values[index] ?? NaN
      table[at + VALIDITY] = VALIDITY_VALUES.indexOf(validities[index] ?? 'invalid')
    }
    this.#firstNumeric.push(first + numerics)
  }

  #addStretches(vitals: SkimmedVitals, first: number): void {
    const { numerics, stretches, stretchCodes, startTimesMs, sampleRatesHz, scales, offsets } = vitals
    this.#stretches = roomFor(this.#stretches, first * STRETCH_COLUMNS, stretches * STRETCH_COLUMNS, this.#expected)
    const table = this.#stretches
    for (let index = 0; index < stretches; index++) {
      const at = (first + index) * STRETCH_COLUMNS
      table[at + CODE] = this.#code(stretchCodes[index] ?? '', numerics + index)
      table[at + START_TIME] = startTimesMs[index] ?? NaN
      table[at + SAMPLE_RATE] = sampleRatesHz[index] ?? NaN
      table[at + SCALE] = scales[index] ?? NaN
      table[at + OFFSET] = offsets[index] ?? NaN
      table[at + STRETCH_VALIDITY] = VALIDITY_VALUES.indexOf(vitals.stretchValidities[index] ?? 'invalid')
      table[at + FIRST_SAMPLE] = this.#sampleCount
      const start = vitals.starts[index] ?? 0
      const end = vitals.ends[index] ?? 0
      table[at + LENGTH] = (end - start) >> 1
      this.#addSamples(vitals.bytes[index] ?? new Uint8Array(0), start, end)
    }
    this.#firstStretch.push(first + stretches)
  }

  /** int16, least byte first */
  #addSamples(bytes: Uint8Array, start: number, end: number): void {
    const from = this.#sampleCount
    const count = (end - start) >> 1
    if (from + count > this.#samples.length) {
      const larger = new Int16Array(Math.max(from + count, from === 0 ? ahead(count, this.#expected) : from * 2))
      larger.set(this.#samples)
      this.#samples = larger
    }
    const samples = this.#samples
    for (let index = 0, at = start; index < count; index++, at += 2)
      samples[from + index] = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
    this.#sampleCount = from + count
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

/** Room for as many readings like the first. */
function ahead(first: number, expected: number): number {
  return Math.min(first * expected, MOST_AHEAD)
}

function roomFor(table: Float64Array, taken: number, more: number, expected: number): Float64Array {
  if (taken + more <= table.length) return table
  const larger = new Float64Array(Math.max(taken + more, taken === 0 ? ahead(more, expected) : table.length * 2))
  larger.set(table)
  return larger
}
