import { readFile } from 'node:fs/promises'
import { parseWfdbHeader } from '../../src/acquire/wfdb-header.ts'
import { readXz } from './text-archive.ts'

export interface Waveform {
  label: string
  unit: string
  sampleRateHz: number
  /** physical units; NaN where the sample is invalid */
  samples: Float64Array
}

const INVALID = -32_768

/**
 * A record of ../shared/data's packed waveforms: STEM.hea, and STEM.dxz, which is xz of little-endian 16-bit numbers, channel after channel,
 * each as its first sample and then differences modulo 65,536.
 */
export async function readPackedWaveforms(stem: string): Promise<Waveform[]> {
  const parsed = parseWfdbHeader(await readFile(`${stem}.hea`, 'utf8'))
  if (!parsed.ok) throw new Error(`${stem}.hea: ${parsed.detail}`)
  const { signals, framesPerSecond: sampleRateHz } = parsed.header
  const bytes = await readXz(`${stem}.dxz`)
  const length = bytes.length / 2 / signals.length
  if (!Number.isInteger(length)) throw new Error(`${stem}.dxz holds no ${signals.length} channels`)
  return signals.map(({ label, unit, gain, baseline }, channel) => {
    const samples = new Float64Array(length)
    let sum = 0
    for (let index = 0; index < length; index++) {
      sum = (sum + bytes.readUInt16LE(2 * (channel * length + index))) & 0xffff
      const adc = (sum << 16) >> 16
      samples[index] = adc === INVALID ? NaN : (adc - baseline) / gain
    }
    return { label, unit, sampleRateHz, samples }
  })
}
