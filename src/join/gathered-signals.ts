import { type NumericColumn, type Signals, type WaveformColumn } from '../reading.ts'
import { VALIDITY_VALUES, type Validity } from '../records.ts'

/** Signals as they are gathered, reading by reading; codes and validities come by number. */
export class GatheredSignals implements Signals {
  readonly numerics = new Map<string, NumericColumn>()
  readonly waveforms = new Map<string, WaveformColumn>()
  readonly #codes: readonly string[]
  readonly #samples: Int16Array
  /** by number of the code */
  readonly #numerics: Numerics[] = []
  readonly #waveforms: Waveform[] = []

  constructor(codes: readonly string[], samples: Int16Array) {
    this.#codes = codes
    this.#samples = samples
  }

  addNumeric(code: number, timeMs: number, value: number, validity: number): void {
    const column = this.#numerics[code] ?? this.#newNumerics(code)
    column.timesMs.push(timeMs)
    column.values.push(value)
    column.validities.push(VALIDITY_VALUES[validity] ?? 'invalid')
  }

  /** The stretches of a code; whoever adds one adds to each of its lists. */
  waveform(code: number): Waveform {
    return this.#waveforms[code] ?? this.#newWaveform(code)
  }

  #newNumerics(number: number): Numerics {
    const column = new Numerics(this.#codes[number] ?? '')
    this.#numerics[number] = column
    this.numerics.set(column.code, column)
    return column
  }

  #newWaveform(number: number): Waveform {
    const column = new Waveform(this.#codes[number] ?? '', this.#samples)
    this.#waveforms[number] = column
    this.waveforms.set(column.code, column)
    return column
  }
}

class Numerics implements NumericColumn {
  readonly code: string
  readonly timesMs: number[] = []
  readonly values: number[] = []
  readonly validities: Validity[] = []

  constructor(code: string) {
    this.code = code
  }
}

class Waveform implements WaveformColumn {
  readonly code: string
  readonly samples: Int16Array
  readonly startTimesMs: number[] = []
  readonly sampleRatesHz: number[] = []
  readonly scales: number[] = []
  readonly offsets: number[] = []
  readonly validities: Validity[] = []
  readonly firstSamples: number[] = []
  readonly lengths: number[] = []

  constructor(code: string, samples: Int16Array) {
    this.code = code
    this.samples = samples
  }
}
