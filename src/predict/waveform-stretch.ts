import { ECG_LEADS, plainLabel, WAVEFORM_LABELS } from '../acquire/signal-labels.ts'
import { rationalRatio, type Ratio, reachOf, resample } from './resampler.ts'

/** What the models of waveforms see: the 60 s before a moment, at 125 Hz, in four places. */
export const STRETCH_RATE_HZ = 125
export const STRETCH_SECONDS = 60
export const STRETCH_SAMPLES = STRETCH_RATE_HZ * STRETCH_SECONDS
export const STRETCH_PLACES = ['ecg_1', 'ecg_2', 'abp', 'pleth'] as const

export interface WaveformStretch {
  /** The device's word for the channel, or its code (`ecg`, `ecg_v5`, `abp`, `pleth`). */
  label: string
  unit: string
  /** of the first sample */
  startMs: number
  sampleRateHz: number
  /** NaN: no sample */
  samples: ArrayLike<number>
}

export interface PlacedWaveforms {
  /** [4, 7500]: mV, mV, mmHg and the pleth's own unit; a gap is bridged by a line, and 0 throughout where nothing was measured. */
  waveforms: Float32Array
  /** [4, 7500], 1 where there was a sample */
  mask: Float32Array
}

/**
 * From the lead that a monitor shows first, which a window calls `ecg`, to the last; models/training/alarm_truth/records.py has the same order
 * and the same labels.
 */
const LEADS = ['ecg', ...ECG_LEADS.filter((lead) => lead !== 'ecg')]
const { abp: PRESSURES, pleth: PLETHS } = WAVEFORM_LABELS
/** A QRS is not in a slower record; a pulse is. */
const LEAST_ECG_RATE_HZ = 100
const LEAST_PULSE_RATE_HZ = 50
const HIGHEST_RATE_HZ = 4_000
/** Rates are taken to the half hertz (a pleth may be of 62.5 Hz): over a minute that moves a sample by some milliseconds. */
const RATE_STEPS_PER_HZ = 2
const UNIT_FACTORS: Readonly<Record<string, number>> = { uv: 1e-3, µv: 1e-3, v: 1e3, kpa: 7.50062 }

interface Channel {
  label: string
  factor: number
  rateHz: number
  /** [60 s at rateHz], NaN where there is none */
  samples: Float64Array
  measured: number
}

/** The last 60 s before `endMs` as the models get them, whatever the rate, the order and the gaps of the stretches. */
export function placedWaveforms(stretches: readonly WaveformStretch[], endMs: number): PlacedWaveforms {
  const waveforms = new Float32Array(STRETCH_PLACES.length * STRETCH_SAMPLES)
  const mask = new Float32Array(waveforms.length)
  places(channelsOf(stretches, endMs)).forEach((channel, place) => {
    if (channel === undefined) return
    const from = place * STRETCH_SAMPLES
    const to = from + STRETCH_SAMPLES
    place125Hz(channel, waveforms.subarray(from, to), mask.subarray(from, to))
  })
  return { waveforms, mask }
}

function places(channels: readonly Channel[]): (Channel | undefined)[] {
  const order = ({ label }: Channel): number => LEADS.indexOf(label)
  const leads = channels.filter((channel) => order(channel) >= 0).sort((a, b) => order(a) - order(b))
  const first = (labels: readonly string[]): Channel | undefined => channels.find(({ label }) => labels.includes(label))
  return [leads[0], leads[1], first(PRESSURES), first(PLETHS)]
}

/** Of each label what was measured of it at the rate of most of its samples. */
function channelsOf(stretches: readonly WaveformStretch[], endMs: number): Channel[] {
  const channels = new Map<string, Channel>()
  for (const { label: word, unit, startMs, sampleRateHz, samples } of stretches) {
    const label = plainLabel(word)
    const isLead = LEADS.includes(label)
    if (!isLead && !PRESSURES.includes(label) && !PLETHS.includes(label)) continue
    const rateHz = Math.round(sampleRateHz * RATE_STEPS_PER_HZ) / RATE_STEPS_PER_HZ
    if (!(rateHz >= (isLead ? LEAST_ECG_RATE_HZ : LEAST_PULSE_RATE_HZ) && rateHz <= HIGHEST_RATE_HZ)) continue
    const key = `${label} ${rateHz}`
    let channel = channels.get(key)
    if (channel === undefined) {
      const factor = UNIT_FACTORS[unit.toLowerCase()] ?? 1
      channel = { label, factor, rateHz, measured: 0, samples: new Float64Array(STRETCH_SECONDS * rateHz).fill(NaN) }
      channels.set(key, channel)
    }
    lay(channel, samples, Math.round(((startMs - endMs) / 1_000 + STRETCH_SECONDS) * rateHz))
  }
  const best = new Map<string, Channel>()
  for (const channel of channels.values())
    if (channel.measured > (best.get(channel.label)?.measured ?? 0)) best.set(channel.label, channel)
  return [...best.values()]
}

function lay(channel: Channel, samples: ArrayLike<number>, at: number): void {
  const to = Math.min(samples.length, channel.samples.length - at)
  for (let index = Math.max(0, -at); index < to; index++) {
    const value = (samples[index] ?? NaN) * channel.factor
    if (!Number.isFinite(value)) continue
    if (Number.isNaN(channel.samples[at + index])) channel.measured++
    channel.samples[at + index] = value
  }
}

function place125Hz({ rateHz, samples }: Channel, waveform: Float32Array, mask: Float32Array): void {
  for (let index = 0; index < mask.length; index++) {
    const at = Math.floor((index * rateHz) / STRETCH_RATE_HZ)
    mask[index] = Number.isNaN(samples[at]) ? 0 : 1
  }
  const ratio = ratioOf(rateHz)
  const whole = bridged(samples, reachOf(ratio))
  // Between the phases of the filter a level would leave a ripple of a thousandth of itself.
  const level = whole.reduce((sum, value) => sum + value, 0) / whole.length
  // Rounded once, as in training: whether a sample is a peak hangs on its last bit.
  const resampled = new Float64Array(waveform.length)
  resample(
    whole.map((value) => value - level),
    ratio,
    resampled,
  )
  for (let index = 0; index < waveform.length; index++) waveform[index] = (resampled[index] ?? 0) + level
}

function ratioOf(rateHz: number): Ratio {
  const ratio = rationalRatio(rateHz * RATE_STEPS_PER_HZ, STRETCH_RATE_HZ * RATE_STEPS_PER_HZ)
  if (ratio === null) throw new RangeError(`${rateHz} Hz is no half of a whole number`)
  return ratio
}

/** [reach + samples + reach]: gaps by a line between their neighbours, the ends held, so that no filter sees a step where nothing was. */
function bridged(samples: Float64Array, reach: number): Float64Array {
  const out = new Float64Array(samples.length + 2 * reach)
  let before = -1
  for (let at = 0; at <= samples.length; at++) {
    const value = samples[at]
    if (at < samples.length && Number.isNaN(value)) continue
    const left = before < 0 ? (value ?? 0) : (samples[before] ?? 0)
    const right = at === samples.length ? left : (value ?? 0)
    for (let gap = before + 1; gap < at; gap++)
      out[reach + gap] = left + ((right - left) * (gap - before)) / (at - before)
    if (at < samples.length) out[reach + at] = right
    before = at
  }
  out.fill(out[reach] ?? 0, 0, reach)
  out.fill(out[reach + samples.length - 1] ?? 0, reach + samples.length)
  return out
}
