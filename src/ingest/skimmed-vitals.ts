import type { VitalsReading } from '../reading.ts'
import { VALIDITY_VALUES } from '../records.ts'
import type { KnownText, WireCursor } from './wire-cursor.ts'

const [NULL_OR_DOUBLE, DOUBLE] = [2, 1]
/** Of numerics, and of stretches; it doubles. */
const FIRST_ROOM = 16

/**
 * What one vitals reading says, a numeric and a stretch of waveform an index. One is filled again and again: whoever keeps what
 * it says takes it out before the next reading is looked at.
 */
export class SkimmedVitals {
  numerics = 0
  readonly codes: string[] = []
  /** NaN: not available */
  values: Float64Array = new Float64Array(FIRST_ROOM)
  /** by number in `VALIDITY_VALUES` */
  validities: Uint8Array = new Uint8Array(FIRST_ROOM)

  stretches = 0
  readonly stretchCodes: string[] = []
  readonly startTimesMs: number[] = []
  sampleRatesHz: Float64Array = new Float64Array(FIRST_ROOM)
  scales: Float64Array = new Float64Array(FIRST_ROOM)
  offsets: Float64Array = new Float64Array(FIRST_ROOM)
  /** by number in `VALIDITY_VALUES` */
  stretchValidities: Uint8Array = new Uint8Array(FIRST_ROOM)
  /** Where the samples lie: int16, least byte first. */
  readonly samples: DataView[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []
  /** Monitors say the same codes in the same order, time after time. */
  readonly #usual: KnownText[] = []

  /** Reads both lists of a reading; false when something is not plainly in order. */
  read(cursor: WireCursor): boolean {
    this.numerics = 0
    this.stretches = 0
    for (let count = cursor.block(); count > 0; count = cursor.block())
      for (let item = 0; item < count; item++) if (!this.#readNumeric(cursor)) return false
    for (let count = cursor.block(); count > 0; count = cursor.block())
      for (let item = 0; item < count; item++) if (!this.#readStretch(cursor)) return false
    return cursor.intact
  }

  /** Takes over a reading that was decoded. */
  fill({ numerics, waveforms }: VitalsReading): void {
    this.numerics = 0
    this.stretches = 0
    for (const { code, value, validity } of numerics) {
      const at = this.#nextNumeric()
      this.codes[at] = code
      this.values[at] = value ?? NaN
      this.validities[at] = VALIDITY_VALUES.indexOf(validity)
      this.numerics++
    }
    for (const { code, startTimeMs, sampleRateHz, scale, offset, validity, samples } of waveforms) {
      const at = this.#nextStretch()
      this.sampleRatesHz[at] = sampleRateHz
      this.scales[at] = scale
      this.offsets[at] = offset
      this.stretchValidities[at] = VALIDITY_VALUES.indexOf(validity)
      const { buffer, byteOffset, length } = samples
      this.#putStretch(code, startTimeMs, new DataView(buffer, byteOffset, length), 0, length)
    }
  }

  #readNumeric(cursor: WireCursor): boolean {
    const code = this.#readCode(cursor)
    const at = this.#nextNumeric()
    const isGiven = cursor.choice(NULL_OR_DOUBLE) === DOUBLE
    if (isGiven) cursor.doubleInto(this.values, at)
    else this.values[at] = NaN
    cursor.skip() // unit
    this.validities[at] = cursor.choice(VALIDITY_VALUES.length)
    if (!cursor.intact || code === '') return false
    if (isGiven && !Number.isFinite(this.values[at])) return false
    this.codes[at] = code
    this.numerics++
    return true
  }

  #readStretch(cursor: WireCursor): boolean {
    const at = this.#nextStretch()
    const code = cursor.text()
    const startTimeMs = cursor.long()
    cursor.doubleInto(this.sampleRatesHz, at)
    cursor.doubleInto(this.scales, at)
    cursor.doubleInto(this.offsets, at)
    cursor.skip() // unit
    this.stretchValidities[at] = cursor.choice(VALIDITY_VALUES.length)
    const length = cursor.skip()
    if (!cursor.intact || code === '' || length % 2 !== 0) return false
    const sampleRateHz = this.sampleRatesHz[at] ?? NaN
    if (!(sampleRateHz > 0) || !Number.isFinite(sampleRateHz)) return false
    if (!Number.isFinite(this.scales[at]) || !Number.isFinite(this.offsets[at])) return false
    this.#putStretch(code, startTimeMs, cursor.numbers, cursor.at - length, cursor.at)
    return true
  }

  #readCode(cursor: WireCursor): string {
    const usual = this.#usual[this.numerics]
    if (usual !== undefined && cursor.skipSame(usual.bytes)) return usual.text
    const known = cursor.known()
    this.#usual[this.numerics] = known
    return known.text
  }

  #putStretch(code: string, startTimeMs: number, samples: DataView, start: number, end: number): void {
    const at = this.stretches++
    this.stretchCodes[at] = code
    this.startTimesMs[at] = startTimeMs
    this.samples[at] = samples
    this.starts[at] = start
    this.ends[at] = end
  }

  /** The index of the next numeric; there is room for it. */
  #nextNumeric(): number {
    if (this.numerics === this.values.length) {
      this.values = larger(this.values)
      this.validities = larger(this.validities)
    }
    return this.numerics
  }

  #nextStretch(): number {
    if (this.stretches === this.scales.length) {
      this.sampleRatesHz = larger(this.sampleRatesHz)
      this.scales = larger(this.scales)
      this.offsets = larger(this.offsets)
      this.stretchValidities = larger(this.stretchValidities)
    }
    return this.stretches
  }
}

function larger<T extends Float64Array | Uint8Array>(list: T): T {
  const doubled = new (list.constructor as new (length: number) => T)(list.length * 2)
  doubled.set(list)
  return doubled
}
