import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openVideoRecording } from '../../src/acquire/video-recording.ts'
import { readTable } from './table-file.ts'

export interface VideoFrame {
  file: string
  jpeg: Uint8Array
  /** view_state, instrument_present, lung_abnormal */
  task: string
  label: string
  /** who is kept together: a laparoscopy video, a laryngoscopy sequence, a patient of lung ultrasound */
  subject: string
  /** what else the manifest says, by key */
  extra: Readonly<Record<string, string>>
}

export interface VideoClip {
  file: string
  path: string
  sourceSet: string
  subject: string
}

export interface ProcedureVideo {
  frames: readonly VideoFrame[]
  clips: readonly VideoClip[]
}

/** What a folder laid out like ../shared/data/video holds, in its manifest's order; null where there is none. */
export async function readProcedureVideo(folder: string): Promise<ProcedureVideo | null> {
  const rows = await readTable(join(folder, 'manifest.csv')).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (rows === null) return null
  const frames: VideoFrame[] = []
  const clips: VideoClip[] = []
  for (const row of rows) {
    const { file = '', kind, task = '', label = '', source_set: sourceSet = '', subject_or_video: group = '' } = row
    const path = join(folder, file)
    const subject = subjectOf(group, task)
    if (kind === 'frame')
      frames.push({ file, jpeg: await readFile(path), task, label, subject, extra: extraOf(row['extra'] ?? '') })
    else if (kind === 'clip') clips.push({ file, path, sourceSet, subject })
  }
  return { frames, clips }
}

/** Clips of one lung ultrasound patient look alike, so the patient is kept together; models/training/procedure_view/frames.py does the same. */
function subjectOf(group: string, task: string): string {
  return task === 'lung_abnormal' ? (group.split('/')[0] ?? group) : group
}

function extraOf(cell: string): Record<string, string> {
  return Object.fromEntries(
    cell.split(';').flatMap((part) => {
      const [key = '', ...value] = part.split('=')
      return value.length === 0 ? [] : [[key.trim(), value.join('=')]]
    }),
  )
}

/** The frames of a clip as a feed would send them, one a second. */
export async function clipFrames({ path }: VideoClip): Promise<Uint8Array[]> {
  const opened = await openVideoRecording(path, {})
  if (!opened.ok) throw new Error(`${path}: ${opened.detail}`)
  const frames: Uint8Array[] = []
  for await (const reading of opened.recording.read()) if (reading.modality === 'video') frames.push(reading.jpeg)
  return frames
}
