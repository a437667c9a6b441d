import { readFile } from 'node:fs/promises'
import { openRecording } from '../acquire/recording.ts'
import type { ErrorCode } from '../errors.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type PatientWindow, type PcgChunk, type VideoFrame } from '../reading.ts'
import type { Archive } from '../store/archive.ts'
import { FRAMES, HEART_SOUNDS } from '../store/stretch-queries.ts'
import type { Label } from './label-table.ts'

export type Windows = { ok: true; windows: readonly PatientWindow[] } | { ok: false; code: ErrorCode; detail: string }

type StoredSound = Pick<PcgChunk, 'feedId' | 'site' | 'sampleRateHz' | 'encoding' | 'sampleCount'> & {
  startTimeMs: number
  samples: Uint8Array
}
type StoredFrame = Pick<VideoFrame, 'feedId' | 'widthPx' | 'heightPx'> & { eventTimeMs: number; jpeg: Uint8Array }

/** What of a window's records does not matter here. */
const HEADER = { patientId: '', deviceId: '', clockOffsetMs: 0, generationMode: 'real', heartbeat: false } as const
/** The first two bytes of a JPEG. */
const JPEG_START = 0xffd8

/**
 * The windows that a label stands for, as the join would have made them: a recorded file in windows from its beginning, a JPEG as one
 * window, a window of the archive as it lies there.
 */
export async function windowsOf(
  { place }: Label,
  sizeMs: number,
  archive: (() => Promise<Archive>) | null,
): Promise<Windows> {
  if (place.kind === 'file') return windowsOfFile(place.path, sizeMs)
  if (archive === null)
    return { ok: false, code: 'DATABASE_UNAVAILABLE', detail: 'a window is asked for and there is no archive' }
  return windowOfArchive(await archive(), place.patientId, place.startMs, sizeMs)
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
    if (reading.modality === 'pcg') put(sounds, startMs, chunkOf({ ...reading, startTimeMs: eventTimeMs }))
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

async function windowOfArchive(archive: Archive, patientId: string, startMs: number, sizeMs: number): Promise<Windows> {
  const stretch = [patientId, startMs, startMs + sizeMs]
  const sounds = await archive.query<StoredSound>(HEART_SOUNDS, stretch)
  const frames = await archive.query<StoredFrame>(FRAMES, stretch)
  return { ok: true, windows: [windowOf(startMs, sizeMs, sounds.map(chunkOf), frames.map(frameOf))] }
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
  sound: Partial<StoredSound> & Pick<StoredSound, 'startTimeMs' | 'site' | 'sampleRateHz' | 'sampleCount' | 'samples'>,
): PcgChunk {
  const { feedId = '', encoding = 'pcm_s16le', startTimeMs, site, sampleRateHz, sampleCount } = sound
  // Chunks of one feed have different times, so these do for their numbers.
  const times = { eventTimeMs: startTimeMs, deviceTimeMs: startTimeMs, sequence: startTimeMs }
  return { ...HEADER, ...times, feedId, encoding, site, sampleRateHz, sampleCount, samples: Buffer.from(sound.samples) }
}

function frameOf(frame: Partial<StoredFrame> & Pick<StoredFrame, 'eventTimeMs' | 'jpeg'>): VideoFrame {
  const { feedId = '', widthPx = 0, heightPx = 0, eventTimeMs } = frame
  const times = { eventTimeMs, deviceTimeMs: eventTimeMs, sequence: eventTimeMs }
  return { ...HEADER, ...times, feedId, widthPx, heightPx, jpeg: Buffer.from(frame.jpeg) }
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
