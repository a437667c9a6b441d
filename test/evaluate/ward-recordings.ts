import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mixedSeed, seededRandom } from '../../src/acquire/seeded-random.ts'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { noteTokens, WordPieces } from '../../src/predict/note-tokens.ts'
import { sizeOf, tensor, type Tensors } from '../../src/predict/tensor.ts'
import { HISTORY_HOURS } from '../../src/reading.ts'
import { alarmInputs, newest, readAlarm } from './alarms.ts'
import { readStaysAtHours } from './eicu-stays.ts'
import { readFrame } from './frame-scores.ts'
import { readHeartSounds, readSound } from './heart-sound-recordings.ts'
import { windowsOf } from './heart-sound-scores.ts'
import { copyHistory, VITALS_ONLY } from './sepsis-hours.ts'
import { readSepsisStays, SEPSIS_COLUMNS, type SepsisStay } from './sepsis-stays.ts'
import { readTable } from './table-file.ts'
import { readProcedureVideo } from './video-frames.ts'
import type { EvidenceRecord, EvidenceRecords } from './ward-evidence.ts'

const HOURS_PER_STAY = 2
const WINDOW_SECONDS = 10
const AGE = SEPSIS_COLUMNS.indexOf('Age')
const PROCEDURES: Readonly<Record<string, string>> = {
  view_state: 'laparoscopy',
  instrument_present: 'laryngoscopy',
  lung_abnormal: 'lung_ultrasound',
}
const LUNG: Readonly<Record<string, boolean>> = { abnormal_lung: true, normal_lung: false }

/** The recordings from which patients are composed, as models/training/ward/recordings.py reads them; and the share of hours with sepsis's label. */
export async function readEvidence(folder: string): Promise<{ records: EvidenceRecords; baseRate: number }> {
  const stays = await readSepsisStays(join(folder, 'vitals', 'cinc2019_sepsis')).catch(absent)
  const labels = stays.flatMap((stay) => stay.labels)
  return {
    records: {
      vitals: stays.flatMap((stay, index) => hoursOf(stay, index)),
      waveforms: await alarmRecords(join(folder, 'vitals', 'cinc2015_false_alarm')),
      pcg: await heartSoundRecords(join(folder, 'heart-sound')),
      video: await frameRecords(join(folder, 'video')),
      notes: await noteRecords(join(folder, 'vitals', 'eicu_demo')),
    },
    baseRate: labels.filter(Boolean).length / labels.length,
  }
}

function absent(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
  throw error
}

/** Two hours of a stay without sepsis, each standing for half of it; every labelled hour of another. */
function hoursOf({ record, hours, labels }: SepsisStay, index: number): EvidenceRecord[] {
  const at = (hour: number, weight: number): EvidenceRecord => ({
    subject: record,
    finding: labels[hour] === true,
    kind: 'hour',
    weight,
    inputs: () => {
      const history = new Float32Array(HISTORY_HOURS * VITALS_ONLY.measured)
      copyHistory(hours, hour, VITALS_ONLY.measured, history, 0)
      const about = (hours[hour] ?? new Float32Array()).slice(AGE, AGE + VITALS_ONLY.known)
      return Promise.resolve({
        hours: tensor([1, HISTORY_HOURS, VITALS_ONLY.measured], history),
        static: tensor([1, VITALS_ONLY.known], about),
      })
    },
  })
  if (labels.includes(true)) return labels.flatMap((label, hour) => (label ? [at(hour, 1)] : []))
  const random = seededRandom(mixedSeed(index))
  const count = Math.min(HOURS_PER_STAY, hours.length)
  const chosen = new Set<number>()
  while (chosen.size < count) chosen.add(Math.floor(random() * hours.length))
  return [...chosen].map((hour) => at(hour, hours.length / count))
}

/** With the seconds before the alarm that a window at the bedside holds. */
async function alarmRecords(folder: string): Promise<EvidenceRecord[]> {
  const rows = await readTable(join(folder, 'records.csv')).catch(absent)
  return rows.map((row) => ({
    ...plain(row['record'] ?? '', row['true_alarm'] === '1'),
    inputs: async () => {
      const alarm = await readAlarm(folder, row)
      return alarmInputs({ ...alarm, placed: newest(alarm.placed, WINDOW_SECONDS) })
    },
  }))
}

/** The first 10 s of each. */
async function heartSoundRecords(folder: string): Promise<EvidenceRecord[]> {
  const read = await readHeartSounds(folder)
  return (read?.children ?? []).map(({ subject, murmur, heardHere, path }) => {
    const here = murmur === 'present' && heardHere === false ? 'absent' : murmur
    return {
      ...plain(subject, here === 'unknown' ? null : here === 'present'),
      inputs: async () => {
        const { pcg, mask } = windowsOf(await readSound(path))
        return { pcg: firstOf(pcg), mask: firstOf(mask) }
      },
    }
  })
}

function firstOf({ shape, data }: Tensors[string]): Tensors[string] {
  const one = [1, ...shape.slice(1)]
  return tensor(one, data.slice(0, sizeOf(one)))
}

/** Of frames only those of lung ultrasound say something of the outcome. */
async function frameRecords(folder: string): Promise<EvidenceRecord[]> {
  const read = await readProcedureVideo(folder)
  return (read?.frames ?? [])
    .filter(({ task, label }) => task in PROCEDURES && label !== 'no_signal')
    .map(({ subject, task, label, jpeg }) => ({
      ...plain(subject, LUNG[label] ?? null),
      kind: PROCEDURES[task] ?? '',
      inputs: async () => {
        const values = await readFrame(jpeg)
        const size = Math.sqrt(values.length / 3)
        return { frame: tensor([1, 3, size, size], values), frame_mask: tensor([1, 1], Float32Array.of(1)) }
      },
    }))
}

async function noteRecords(folder: string): Promise<EvidenceRecord[]> {
  const stays = (await readStaysAtHours(folder)) ?? []
  const pieces = new WordPieces(await readFile(join(PACKAGE_ROOT, 'models', 'notes-context', 'vocabulary.txt'), 'utf8'))
  return stays
    .map(({ subject, died, problems, notes }) => ({
      ...plain(subject, died),
      tokens: noteTokens(pieces, { diagnosis: problems.join('; '), notes: [...notes] }),
    }))
    .filter(({ tokens }) => tokens.some((token) => token > 0))
    .map(({ tokens, ...record }) => ({
      ...record,
      inputs: () => Promise.resolve({ tokens: tensor([1, tokens.length], tokens) }),
    }))
}

function plain(
  subject: string,
  finding: boolean | null,
): Pick<EvidenceRecord, 'subject' | 'finding' | 'kind' | 'weight'> {
  return { subject, finding, kind: 'any', weight: 1 }
}
