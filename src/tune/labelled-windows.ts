import { readFile } from 'node:fs/promises'
import { openRecording } from '../acquire/recording.ts'
import type { ErrorCode } from '../errors.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type PatientWindow, type PcgChunk, type VideoFrame } from '../reading.ts'
import { alarmKind } from '../predict/alarm-kind.ts'
import type { Archive } from '../store/archive.ts'
import { archivedWindow, type ArchiveReading } from './archived-window.ts'
import type { Label } from './label-table.ts'

export type Windows = { ok: true; windows: readonly PatientWindow[] } | { ok: false; code: ErrorCode; detail: string }

/** What of a window's records does not matter here. */
const HEADER = { patientId: '', deviceId: '', clockOffsetMs: 0, generationMode: 'real', heartbeat: false } as const
/** The first two bytes of a JPEG. */
const JPEG_START = 0xffd8

/**
 * The windows that a label stands for, as the join would have made them: a recorded file in windows from its beginning, a JPEG as one
 * window, a window of the archive as it was closed.
 */
export async function windowsOf(
  { place }: Label,
  sizeMs: number,
  archive: () => Promise<Archive>,
  reading: ArchiveReading,
): Promise<Windows> {
  if (place.kind === 'file') return windowsOfFile(place.path, sizeMs)
  const { patientId, startMs, judged } = place
  const found = await archivedWindow(await archive(), patientId, startMs, reading)
  if (!found.ok) return found
  if (judged !== null) {
    const kind = alarmKind(found.window.readings.signals)
    if (kind === null || !judged.includes(kind))
      return { ok: false, code: 'TUNE_UNUSABLE', detail: 'the alarm of its window is not the one that was labelled' }
  }
  return { ok: true, windows: [found.window] }
}

async function windowsOfFile(path: string, sizeMs: number): Promise<Windows> {
  const jpeg = await jpegOf(path)
  if (jpeg !== null) return { ok: true, windows: [windowOf(0, sizeMs, [], [frameOf({ eventTimeMs: 0, jpeg })])] }
  const opened = await openRecording(path)
  if (!opened.ok) return opened
  const { recording } = opened
  const sounds = new Map<number, PcgChunk[]>()
  const frames = new Map<number, VideoFrame[]>()
  for await (const reading of recording.read()) {
    const startMs = Math.floor(reading.offsetMs / sizeMs) * sizeMs
    const eventTimeMs = reading.offsetMs
    if (reading.modality === 'pcg') put(sounds, startMs, chunkOf({ ...reading, eventTimeMs }))
    if (reading.modality === 'video') put(frames, startMs, frameOf({ ...reading, eventTimeMs }))
  }
  const fault = recording.fault()
  if (fault !== null) return { ok: false, ...fault }
  const starts = [...new Set([...sounds.keys(), ...frames.keys()])].sort((a, b) => a - b)
  return {
    ok: true,
    windows: starts.map((startMs) => windowOf(startMs, sizeMs, sounds.get(startMs) ?? [], frames.get(startMs) ?? [])),
  }
}

function windowOf(
  startMs: number,
  sizeMs: number,
  pcg: readonly PcgChunk[],
  video: readonly VideoFrame[],
): PatientWindow {
  return {
    patientId: '',
    startMs,
    endMs: startMs + sizeMs,
    readings: {
      counts: { vitals: 0, pcg: pcg.length, video: video.length },
      generationMode: 'real',
      names: [],
      signals: { numerics: new Map(), waveforms: new Map() },
      pcg,
      video,
    },
    context: null,
    history: { hours: new Float32Array(HISTORY_HOURS * HISTORY_SIGNS).fill(NaN) },
    sources: [],
  }
}

function chunkOf(
  sound: Pick<PcgChunk, 'eventTimeMs' | 'site' | 'sampleRateHz' | 'sampleCount'> & { samples: Uint8Array },
): PcgChunk {
  const { eventTimeMs, site, sampleRateHz, sampleCount } = sound
  // Chunks of one file have different times, so these do for their numbers.
  const times = { eventTimeMs, deviceTimeMs: eventTimeMs, sequence: eventTimeMs }
  const samples = Buffer.from(sound.samples)
  return { ...HEADER, ...times, feedId: '', encoding: 'pcm_s16le', site, sampleRateHz, sampleCount, samples }
}

function frameOf({ eventTimeMs, jpeg }: { eventTimeMs: number; jpeg: Uint8Array }): VideoFrame {
  const times = { eventTimeMs, deviceTimeMs: eventTimeMs, sequence: eventTimeMs }
  return { ...HEADER, ...times, feedId: '', widthPx: 0, heightPx: 0, jpeg: Buffer.from(jpeg) }
}

async function jpegOf(path: string): Promise<Buffer | null> {
  if (!/\.jpe?g$/i.test(path)) return null
  const bytes = await readFile(path).catch(() => null)
  return bytes !== null && bytes.length > 2 && bytes.readUInt16BE(0) === JPEG_START ? bytes : null
}

function put<T>(groups: Map<number, T[]>, key: number, value: T): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [value])
  else group.push(value)
}
