import { open, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Clock } from '../clock.ts'
import type { ErrorCode } from '../errors.ts'
import type { AuscultationSite, Modality, Numeric, WaveformStretch } from '../reading.ts'
import { openAudioRecording } from './audio-recording.ts'
import { openCsvRecording } from './csv-recording.ts'
import { type LocalTime, UTC } from './local-time.ts'
import { openVideoRecording } from './video-recording.ts'
import { openWfdbRecording } from './wfdb-recording.ts'

/** A stretch of a waveform whose time counts from the start of the recording. */
export type RecordedStretch = Omit<WaveformStretch, 'startTimeMs'> & { startOffsetMs: number }

/** What a recording says at one moment. `offsetMs`: from the recording's start; `lengthMs`: how long what it holds went on. */
export type RecordedReading = { offsetMs: number; lengthMs: number } & RecordedContent

export type RecordedContent =
  | { modality: 'vitals'; numerics: Numeric[]; waveforms: RecordedStretch[] }
  | { modality: 'pcg'; site: AuscultationSite; sampleRateHz: number; sampleCount: number; samples: Buffer }
  | { modality: 'video'; widthPx: number; heightPx: number; jpeg: Buffer }

/** What is wrong with a file. `detail` holds nothing of its content. */
export interface RecordingFault {
  code: ErrorCode
  detail: string
}

/** A recorded source, read as a stream: never held in memory as a whole. */
export interface Recording {
  readonly modality: Modality
  /** What the file says it holds; null where it does not say. */
  readonly durationMs: number | null
  /** From the beginning, in the order of `offsetMs`. Leaving the loop lets go of files and processes. */
  read(): AsyncIterable<RecordedReading>
  /**
   * What is wrong although something can be fed (a file that ends too early). Some of it is known at opening, all of it
   * once the recording has been read to its end.
   */
  fault(): RecordingFault | null
}

export type OpenedRecording = { ok: true; recording: Recording } | { ok: false; code: ErrorCode; detail: string }

export interface RecordingOptions {
  /** The stream it is meant for; a file that cannot give it is refused. Left out: what the file's content says. */
  modality?: Modality
  /** Frames a second taken of a video. */
  framesPerSecond?: number
  /** Where the stethoscope lay. */
  site?: AuscultationSite
  /** What times in a file mean that name no zone; left out: they are taken as UTC. */
  local?: LocalTime
  /** For the deadlines of ffmpeg; left out: the system's, for a process lives in real time. */
  clock?: Clock
}

type Format = 'wfdb' | 'csv' | 'audio' | 'video'

/**
 * Opens a recorded file. Its first bytes decide what it is; its extension only where they do not say (text).
 * Never throws for what a file may be like: FILE_UNREADABLE, FILE_EMPTY, FILE_TRUNCATED, FILE_FORMAT_UNKNOWN.
 */
export async function openRecording(path: string, options: RecordingOptions = {}): Promise<OpenedRecording> {
  const head = await readHead(path)
  if ('code' in head) return { ok: false, ...head }
  const format = formatOf(path, head.bytes)
  const wanted = options.modality
  if (format === null) return unknown('neither WFDB, CSV, audio nor video')
  const vitals = format === 'wfdb' || format === 'csv'
  if (wanted !== undefined && vitals !== (wanted === 'vitals')) return unknown(`a ${format} file gives no ${wanted}`)
  switch (format) {
    case 'wfdb':
      return openWfdbRecording(path)
    case 'csv':
      return openCsvRecording(path, options.local ?? UTC)
    case 'audio':
    case 'video':
      // A film has a sound track: what is asked for decides.
      return (wanted ?? (format === 'audio' ? 'pcg' : 'video')) === 'pcg'
        ? openAudioRecording(path, options)
        : openVideoRecording(path, options)
  }
}

async function readHead(path: string): Promise<{ bytes: Buffer } | RecordingFault> {
  // A WFDB record may be named without its extension.
  const target = extname(path) === '' && (await isFile(`${path}.hea`)) ? `${path}.hea` : path
  try {
    if (!(await isFile(target))) return { code: 'FILE_UNREADABLE', detail: 'there is no such file' }
    const file = await open(target, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
      if (bytesRead === 0) return { code: 'FILE_EMPTY', detail: '0 bytes' }
      return { bytes: buffer.subarray(0, bytesRead) }
    } finally {
      await file.close()
    }
  } catch (error) {
    return { code: 'FILE_UNREADABLE', detail: (error as NodeJS.ErrnoException).code ?? 'it cannot be opened' }
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** Magic numbers: RIFF, FLAC, Ogg, AIFF, ISO base media, EBML (Matroska), MPEG program and transport streams. */
function formatOf(path: string, head: Buffer): Format | null {
  const text = head.toString('latin1')
  const riff = text.startsWith('RIFF') || text.startsWith('RF64') ? text.slice(8, 12) : ''
  if (riff === 'WAVE' || text.startsWith('fLaC') || text.startsWith('OggS') || text.startsWith('FORM')) return 'audio'
  if (riff === 'AVI ' || text.slice(4, 8) === 'ftyp' || text.slice(4, 8) === 'moov') return 'video'
  if (text.startsWith('\x1a\x45\xdf\xa3') || text.startsWith('\x00\x00\x01\xba')) return 'video'
  if (head[0] === 0x47 && (head[188] === 0x47 || head.length < 189)) return 'video'
  const extension = extname(path).toLowerCase()
  if (['', '.hea', '.dat', '.mat'].includes(extension)) return 'wfdb'
  if (['.csv', '.tsv', '.txt'].includes(extension) && !head.includes(0)) return 'csv'
  return null
}

function unknown(detail: string): OpenedRecording {
  return { ok: false, code: 'FILE_FORMAT_UNKNOWN', detail }
}
