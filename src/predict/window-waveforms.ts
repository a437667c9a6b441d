import { NO_SAMPLE, type PatientWindow, WAVEFORMS, type WaveformCode, type WaveformColumn } from '../reading.ts'
import { type Validity, VALIDITY_VALUES } from '../records.ts'
import { type PlacedWaveforms, placedWaveforms, type WaveformStretch } from './waveform-stretch.ts'

/** A waveform that is overdriven, calibrating or not to be trusted is none. */
const USABLE = new Set(['valid', 'questionable'].map((validity) => VALIDITY_VALUES.indexOf(validity as Validity)))

/** The waveforms of a window in the places that models have for them; null: there is none of those. */
export function windowWaveforms({ readings, endMs }: PatientWindow): PlacedWaveforms | null {
  const stretches = [...readings.signals.waveforms.values()].flatMap(stretchesOf)
  if (stretches.length === 0) return null
  const placed = placedWaveforms(stretches, endMs)
  return placed.mask.some((there) => there === 1) ? placed : null
}

function stretchesOf(column: WaveformColumn): WaveformStretch[] {
  const unit = column.code in WAVEFORMS ? WAVEFORMS[column.code as WaveformCode].unit : ''
  const stretches: WaveformStretch[] = []
  for (const [index, first] of column.firstSamples.entries()) {
    if (!USABLE.has(column.validities[index] ?? NaN)) continue
    const [scale, offset] = [column.scales[index] ?? NaN, column.offsets[index] ?? NaN]
    const packed = column.samples.subarray(first, first + (column.lengths[index] ?? 0))
    stretches.push({
      label: column.code,
      unit,
      startMs: column.startTimesMs[index] ?? NaN,
      sampleRateHz: column.sampleRatesHz[index] ?? NaN,
      samples: Float64Array.from(packed, (sample) => (sample === NO_SAMPLE ? NaN : sample * scale + offset)),
    })
  }
  return stretches
}
