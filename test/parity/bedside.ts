import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HourlyVitals } from '../../src/join/hourly-vitals.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type NumericCode } from '../../src/reading.ts'
import { pcgAudio } from '../../src/predict/pcg-audio.ts'
import { rowOf, stack, tensor, type Tensors } from '../../src/predict/tensor.ts'
import { readHeartSounds } from '../evaluate/heart-sound-recordings.ts'
import { readSepsisStays } from '../evaluate/sepsis-stays.ts'
import { chunk, numeric, START_MS, vitals, windowOf } from '../predict/windows.ts'
import { readingsOf } from '../support/window-readings.ts'

/** The last question of a record as a ward would ask it; null: a ward would not. */
export type AskedAtBedside = (record: string) => Promise<Tensors | null>

const HOUR_MS = 3_600_000
/** As the columns of PhysioNet/CinC 2019 begin. */
const SIGNS: readonly NumericCode[] = ['hr', 'spo2', 'temp', 'abp_sys', 'abp_mean', 'abp_dia', 'rr', 'etco2']

/** By model: the record goes the way of a reading, as far as the model's tensors. */
export const BEDSIDES: Readonly<Record<string, (data: string) => Promise<AskedAtBedside>>> = {
  /** The file is one chunk of a stethoscope's feed; what is silent or clipped is not asked about. */
  'heart-sound': async (data) => {
    const sounds = await readHeartSounds(join(data, 'heart-sound'))
    const pathOf = new Map(
      [...(sounds?.children ?? []), ...(sounds?.hospitals ?? [])].map((one) => [one.record, one.path]),
    )
    return async (record) => {
      const samples = await readFile(pathOf.get(record) ?? record)
      const sampleCount = samples.readUInt32BE(22)
      const whole = chunk(0, { encoding: 'flac', sampleRateHz: 1_000, sampleCount, samples })
      const sound = await pcgAudio(windowOf({ pcg: [whole] }))
      return sound.ok ? stack([rowOfSound(sound)]) : null
    }
  },
  /** Each hour of the stay is a reading of a monitor, from which the join keeps its history; after each it is restarted. */
  'sepsis-vitals': async (data) => {
    const stays = await readSepsisStays(join(data, 'vitals', 'cinc2019_sepsis'))
    const stayOf = new Map(stays.map((stay) => [stay.record, stay]))
    return (record) => {
      let hourly = new HourlyVitals(null)
      let hours: Float32Array = new Float32Array(HISTORY_HOURS * HISTORY_SIGNS)
      stayOf.get(record)?.hours.forEach((row, hour) => {
        const numerics = SIGNS.flatMap((code, sign) =>
          Number.isNaN(row[sign]) ? [] : [numeric(code, row[sign] ?? NaN)],
        )
        const { signals } = readingsOf({ vitals: [vitals(numerics)] })
        hours = hourly.add(Math.floor(START_MS / HOUR_MS + hour) * HOUR_MS, signals).hours
        hourly = new HourlyVitals(hourly.save())
      })
      return Promise.resolve({ hours: tensor([1, HISTORY_HOURS, HISTORY_SIGNS], hours) })
    }
  },
}

function rowOfSound({ samples, mask }: { samples: Float32Array; mask: Float32Array }): Tensors {
  return { pcg: tensor([samples.length], samples), mask: tensor([mask.length], mask) }
}

/** The last of the questions that Python asked. */
export function lastRow(inputs: Tensors): Tensors {
  const rows = Object.values(inputs)[0]?.shape[0] ?? 0
  return stack([rowOf(inputs, rows - 1)])
}
