import { join } from 'node:path'
import { chartHistory } from '../../src/predict/chart-history.ts'
import { shippedPieces } from '../../src/predict/note-tokens.ts'
import { stack, tensor, type Tensors } from '../../src/predict/tensor.ts'
import { type Alarm, alarmInputs, newest, readAlarm } from '../evaluate/alarms.ts'
import { readStaysAtHours } from '../evaluate/eicu-stays.ts'
import { readFrame } from '../evaluate/frame-scores.ts'
import { readHeartSounds, readSound } from '../evaluate/heart-sound-recordings.ts'
import { windowsOf } from '../evaluate/heart-sound-scores.ts'
import { personOf } from '../evaluate/mortality.ts'
import { readMortalityStays } from '../evaluate/mortality-stays.ts'
import { noteInputs } from '../evaluate/note-answers.ts'
import { FULL_CHART, hourInputs, type HourInputs, VITALS_ONLY } from '../evaluate/sepsis-hours.ts'
import { readSepsisStays } from '../evaluate/sepsis-stays.ts'
import { readTable } from '../evaluate/table-file.ts'
import { readProcedureVideo } from '../evaluate/video-frames.ts'
import { FRAME_CHANNELS, FRAME_SIZE_PX } from '../../src/predict/frame-tensor.ts'
import { type InputsOf, type Readers, wardWindows } from './ward-windows.ts'

/** The first hour of a stay, the last, and two between; models/training/parity/readers.py asks the same. */
const HOURS_OF_A_STAY = 4
const DAYS_MIN = 48 * 60
/** What a window of 10 s holds of a waveform. */
const NEWEST_S = 10

/** How the code that evaluates a model, which is the code of the ward, reads records of a folder laid out like ../shared/data. */
const SINGLE: Readers = {
  'heart-sound': async (data) => {
    const { children, hospitals } = found(await readHeartSounds(join(data, 'heart-sound')))
    const pathOf = byName([...children, ...hospitals], ({ record }) => record)
    return async (record) => ({ ...windowsOf(await readSound(pathOf(record).path)) })
  },
  'alarm-truth': async (data) => {
    const alarmOf = await alarmsOf(data)
    return async (record) => alarmInputs(await alarmOf(record))
  },
  /** With the minute before it, and as if the monitor had been connected for the last seconds only. */
  'alarm-truth/compact': async (data) => {
    const alarmOf = await alarmsOf(data)
    return async (record) => {
      const alarm = await alarmOf(record)
      return joined([alarmInputs(alarm), alarmInputs({ ...alarm, placed: newest(alarm.placed, NEWEST_S) })])
    }
  },
  sepsis: (data) => hoursOfStays(data, FULL_CHART),
  'sepsis-vitals': (data) => hoursOfStays(data, VITALS_ONLY),
  'icu-mortality': async (data) => {
    const stayOf = byName(
      await readMortalityStays(join(data, 'vitals', 'cinc2012_icu_mortality')),
      ({ record }) => record,
    )
    return (record) => {
      const { measurements } = stayOf(record)
      return Promise.resolve(stack([chartHistory(measurements, personOf(measurements), DAYS_MIN)]))
    }
  },
  'procedure-view': async (data) => {
    const { frames } = found(await readProcedureVideo(join(data, 'video')))
    const frameOf = byName(frames, ({ file }) => file)
    return async (record) => ({
      frame: tensor([1, FRAME_CHANNELS, FRAME_SIZE_PX, FRAME_SIZE_PX], await readFrame(frameOf(record).jpeg)),
    })
  },
  'notes-context': async (data) => {
    const stays = found(await readStaysAtHours(join(data, 'vitals', 'eicu_demo')))
    const stayOf = byName(stays, ({ stay, hour }) => `${stay} at ${hour} h`)
    return (record) => Promise.resolve(noteInputs(shippedPieces(), [stayOf(record)]))
  },
}

/** By model; of one whose file is not model.onnx with the name of the file, as models/training/parity has them. */
export const READERS: Readers = {
  ...SINGLE,
  ...Object.fromEntries(
    ['ward-early', 'ward-late', 'ward-hybrid'].map((model) => [
      model,
      (data: string) => wardWindows(model, data, SINGLE),
    ]),
  ),
}

async function alarmsOf(data: string): Promise<(record: string) => Promise<Alarm>> {
  const folder = join(data, 'vitals', 'cinc2015_false_alarm')
  const rowOf = byName(await readTable(join(folder, 'records.csv')), ({ record = '' }) => record)
  return (record) => readAlarm(folder, rowOf(record))
}

async function hoursOfStays(data: string, inputs: HourInputs): Promise<InputsOf> {
  const stayOf = byName(await readSepsisStays(join(data, 'vitals', 'cinc2019_sepsis')), ({ record }) => record)
  return (record) => {
    const stay = stayOf(record)
    const last = stay.hours.length - 1
    const asked = Array.from({ length: HOURS_OF_A_STAY }, (_, place) =>
      Math.floor((place * last) / (HOURS_OF_A_STAY - 1)),
    )
    return Promise.resolve(joined(asked.map((hour) => hourInputs(stay, hour, inputs))))
  }
}

/** Batches of one behind each other. */
function joined(batches: readonly Tensors[]): Tensors {
  const rows = batches.map((batch) =>
    Object.fromEntries(Object.entries(batch).map(([name, { shape, data }]) => [name, tensor(shape.slice(1), data)])),
  )
  return stack(rows)
}

function byName<T>(all: readonly T[], nameOf: (one: T) => string): (name: string) => T {
  const named = new Map(all.map((one) => [nameOf(one), one]))
  return (name) => {
    const one = named.get(name)
    if (one === undefined) throw new Error(`${name} is not in the folder`)
    return one
  }
}

function found<T>(read: T | null): T {
  if (read === null) throw new Error('the folder has no such data')
  return read
}
