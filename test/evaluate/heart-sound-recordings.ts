import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PCG_RATE_HZ } from '../../src/predict/pcg-audio.ts'
import { chunkSamples } from '../../src/predict/pcg-samples.ts'
import { readTable } from './table-file.ts'
import type { MurmurClass } from './murmur-score.ts'

interface Recording {
  record: string
  path: string
  /** Who must not be on two sides of a split. */
  subject: string
}

/** A recording of CirCor 2022 at one site of a child's chest. */
export interface MurmurRecording extends Recording {
  /** The challenge's patient: one campaign visit of a child, with one recording or more. */
  visit: string
  /** of the visit */
  murmur: MurmurClass
  /** Whether it was heard at this site; null: not known. */
  heardHere: boolean | null
  site: string
  ageGroup: string
  sex: string
}

/** A recording of PhysioNet/CinC 2016. The set names no persons, so each recording stands for itself. */
export interface HospitalRecording extends Recording {
  /** The sub-database, a to f: a hospital and its device. */
  hospital: string
  isAbnormal: boolean
  isGoodQuality: boolean
  /** in_domain: of a hospital that was trained on; out_of_domain: of another; empty in the data that training has. */
  holdoutKind: string
}

export interface HeartSounds {
  children: readonly MurmurRecording[]
  hospitals: readonly HospitalRecording[]
}

/** What ../shared/data/heart-sound lists; null where the folder has no such data. */
export async function readHeartSounds(folder: string): Promise<HeartSounds | null> {
  const manifest = join(folder, 'manifest.csv')
  if (!existsSync(manifest)) return null
  const rows = await readTable(manifest)
  // Where it was heard is told apart, and not everywhere.
  const sites = join(folder, 'circor_reference_hr.csv')
  const told = existsSync(sites) ? await readTable(sites) : []
  const heard = new Map(told.map((row) => [row['file'], row['murmur_at_site']]))
  const children: MurmurRecording[] = []
  const hospitals: HospitalRecording[] = []
  for (const row of rows) {
    const { record = '', file = '', subject = '', site = '', label = '' } = row
    const path = join(folder, file)
    if (row['source_set'] === 'circor') {
      const murmur = label.replace('murmur_', '') as MurmurClass
      const [visit = record] = record.split('_')
      const { age_group: ageGroup = '', sex = '' } = row
      const here = heard.get(file)
      const heardHere = here === 'yes' ? true : here === 'no' ? false : null
      children.push({ record, path, subject, visit, murmur, heardHere, site, ageGroup, sex })
    } else {
      const isGoodQuality = row['signal_quality'] !== 'poor'
      const { holdout_kind: holdoutKind = '' } = row
      const hospital = site.replace('training-', '')
      hospitals.push({
        record,
        path,
        subject: record,
        hospital,
        isAbnormal: label === 'abnormal',
        isGoodQuality,
        holdoutKind,
      })
    }
  }
  return { children, hospitals }
}

/** All samples, as parts of full scale at 1 kHz, decoded as a chunk of a bedside feed is. */
export async function readSound(path: string): Promise<Float64Array> {
  const bytes = await readFile(path)
  // Rate and length stand in the STREAMINFO block (RFC 9639, 8.2).
  const sampleRateHz = bytes.readUIntBE(18, 3) >> 4
  const sampleCount = bytes.readUInt32BE(22)
  if (sampleRateHz !== PCG_RATE_HZ) throw new Error(`${path} is at ${sampleRateHz} Hz, not ${PCG_RATE_HZ}`)
  const sound = await chunkSamples({ ...CHUNK, sampleRateHz, sampleCount, samples: bytes })
  if (!sound.ok) throw new Error(`${path}: ${sound.detail}`)
  const samples = new Float64Array(sampleCount)
  sound.writeTo(samples, 0)
  return samples
}

const CHUNK = {
  patientId: '',
  feedId: '',
  deviceId: '',
  sequence: 0,
  eventTimeMs: 0,
  deviceTimeMs: 0,
  clockOffsetMs: 0,
  generationMode: 'test',
  heartbeat: false,
  site: 'unknown',
  encoding: 'flac',
} as const
