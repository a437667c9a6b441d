import { NO_SAMPLE, type Numeric, type NumericCode, NUMERICS, type Validity } from '../reading.ts'
import type { RecordedStretch } from './recording.ts'
import type { SignalName } from './signal-labels.ts'

/** Stands for no sample among integers of any width. */
export const MISSING = -2_147_483_648

const LARGEST = 32_767

interface Stretch {
  code: string
  unit: string
  startOffsetMs: number
  sampleRateHz: number
}

/**
 * Packs ADC values (`value = (adc - baseline) / gain`, WFDB header(5)) without loss where they fit int16; a stretch of
 * wider ones is brought into int16 by the smallest whole step that does.
 */
export function packAdc(stretch: Stretch, adc: ArrayLike<number>, gain: number, baseline: number): RecordedStretch {
  const [low, high] = rangeOf(adc)
  const fits = low >= -LARGEST && high <= LARGEST
  const step = fits ? 1 : Math.max(1, Math.ceil((high - low) / (2 * LARGEST)))
  const middle = fits ? 0 : Math.round((low + high) / 2)
  return pack(stretch, adc, step, middle, { scale: step / gain, offset: (middle - baseline) / gain })
}

/** Packs physical values; NaN and MISSING are no sample. One part in 65,534 of the stretch's range is lost. */
export function packPhysical(stretch: Stretch, values: ArrayLike<number>): RecordedStretch {
  const [low, high] = rangeOf(values)
  const scale = high > low ? (high - low) / (2 * LARGEST) : 1
  const middle = (low + high) / 2
  return pack(stretch, values, scale, middle, { scale, offset: middle })
}

/** A numeric as a device reports it: not available when it is null, invalid outside what a sensor can report at all. */
export function numericOfValue(name: SignalName, value: number | null): Numeric {
  if (value === null || !Number.isFinite(value)) {
    return { code: name.code, value: null, unit: name.unit, validity: 'not_available' }
  }
  return { code: name.code, value, unit: name.unit, validity: validityOf(name, value) }
}

function validityOf(name: SignalName, value: number): Validity {
  if (!name.unitAgrees) return 'questionable'
  if (!(name.code in NUMERICS)) return 'valid'
  const [low, high] = NUMERICS[name.code as NumericCode].plausible
  return value >= low && value <= high ? 'valid' : 'invalid'
}

function pack(
  stretch: Stretch,
  values: ArrayLike<number>,
  step: number,
  middle: number,
  linear: { scale: number; offset: number },
): RecordedStretch {
  const samples = Buffer.alloc(values.length * 2)
  let present = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? MISSING
    const missing = isMissing(value)
    if (!missing) present++
    const packed = missing ? NO_SAMPLE : Math.max(-LARGEST, Math.min(LARGEST, Math.round((value - middle) / step)))
    samples.writeInt16LE(packed, index * 2)
  }
  return { ...stretch, ...linear, validity: present > 0 ? 'valid' : 'not_available', samples }
}

/** Of the samples that are there; [0, 0] where none is. */
function rangeOf(values: ArrayLike<number>): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? MISSING
    if (isMissing(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return low > high ? [0, 0] : [low, high]
}

function isMissing(value: number): boolean {
  return value === MISSING || !Number.isFinite(value)
}
