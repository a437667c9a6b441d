import { type VitalsReading } from '../reading.ts'
import { VALIDITY_VALUES, type Validity } from '../records.ts'
import { type KnownText, type WireCursor } from './wire-cursor.ts'

const [NULL_OR_DOUBLE, DOUBLE] = [2, 1]

/**
 * What one vitals reading says, a numeric and a stretch of waveform an index. One is filled again and again: whoever keeps what
 * it says takes it out before the next reading is looked at.
 */
export class SkimmedVitals {
  numerics = 0
  readonly codes: string[] = []
  /** NaN: not available */
  readonly values: number[] = []
  readonly validities: Validity[] = []

  stretches = 0
  readonly stretchCodes: string[] = []
  readonly startTimesMs: number[] = []
  readonly sampleRatesHz: number[] = []
  readonly scales: number[] = []
  readonly offsets: number[] = []
  readonly stretchValidities: Validity[] = []
  /** Where the samples lie: int16, least byte first. */
  readonly bytes: Uint8Array[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []
  /** Monitors say the same codes in the same order, time after time. */
  readonly #usual: KnownText[] = []

  /** Reads both lists of a reading; false when something is not plainly in order. */
  read(cursor: WireCursor, bytes: Uint8Array): boolean {
    this.numerics = 0
    this.stretches = 0
    for (let count = cursor.block(); count > 0; count = cursor.block())
      for (let item = 0; item < count; item++) if (!this.#readNumeric(cursor)) return false
    for (let count = cursor.block(); count > 0; count = cursor.block())
      for (let item = 0; item < count; item++) if (!this.#readStretch(cursor, bytes)) return false
    return cursor.intact
  }

  /** Takes over a reading that was decoded. */
  fill({ numerics, waveforms }: VitalsReading): void {
    this.numerics = 0
    this.stretches = 0
    for (const { code, value, validity } of numerics) this.#put(code, value ?? NaN, validity)
    for (const { code, startTimeMs, sampleRateHz, scale, offset, validity, samples } of waveforms) {
      this.#putStretch(code, startTimeMs, sampleRateHz, scale, offset, validity)
      this.#putSamples(samples, 0, samples.length)
    }
  }

  #readNumeric(cursor: WireCursor): boolean {
    const code = this.#readCode(cursor)
    const isGiven = cursor.choice(NULL_OR_DOUBLE) === DOUBLE
    const value = isGiven ? cursor.double() : NaN
    cursor.skip() // unit
    const validity = VALIDITY_VALUES[cursor.choice(VALIDITY_VALUES.length)]
    if (!cursor.intact || code === '' || validity === undefined || (isGiven && !Number.isFinite(value))) return false
    this.#put(code, value, validity)
    return true
  }

  #readStretch(cursor: WireCursor, bytes: Uint8Array): boolean {
    const code = cursor.text()
    const startTimeMs = cursor.long()
    const sampleRateHz = cursor.double()
    const scale = cursor.double()
    const offset = cursor.double()
    cursor.skip() // unit
    const validity = VALIDITY_VALUES[cursor.choice(VALIDITY_VALUES.length)]
    const length = cursor.skip()
    if (!cursor.intact || code === '' || validity === undefined || length % 2 !== 0) return false
    if (!(sampleRateHz > 0) || !Number.isFinite(sampleRateHz) || !Number.isFinite(scale) || !Number.isFinite(offset))
      return false
    this.#putStretch(code, startTimeMs, sampleRateHz, scale, offset, validity)
    this.#putSamples(bytes, cursor.at - length, cursor.at)
    return true
  }

  #readCode(cursor: WireCursor): string {
    const usual = this.#usual[this.numerics]
    if (usual !== undefined && cursor.skipSame(usual.bytes)) return usual.text
    const known = cursor.known()
    this.#usual[this.numerics] = known
    return known.text
  }

  #put(code: string, value: number, validity: Validity): void {
    const at = this.numerics++
    this.codes[at] = code
    this.values[at] = value
    this.validities[at] = validity
  }

  #putStretch(
    code: string,
    startTimeMs: number,
    sampleRateHz: number,
    scale: number,
    offset: number,
    validity: Validity,
  ): void {
    const at = this.stretches
    this.stretchCodes[at] = code
    this.startTimesMs[at] = startTimeMs
    this.sampleRatesHz[at] = sampleRateHz
    this.scales[at] = scale
    this.offsets[at] = offset
    this.stretchValidities[at] = validity
  }

  #putSamples(bytes: Uint8Array, start: number, end: number): void {
    const at = this.stretches++
    this.bytes[at] = bytes
    this.starts[at] = start
    this.ends[at] = end
  }
}
