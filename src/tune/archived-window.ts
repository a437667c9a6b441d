import type { ErrorCode } from '../errors.ts'
import { SkimmedVitals } from '../ingest/skimmed-vitals.ts'
import { ByteArena } from '../join/byte-arena.ts'
import { SignalTable } from '../join/signal-table.ts'
import { WINDOW_TENSORS, type TensorSource } from '../predict/window-tensors.ts'
import {
  type GenerationMode,
  HISTORY_HOURS,
  HISTORY_SIGNS,
  type Modality,
  type Numeric,
  type PatientWindow,
  type PcgChunk,
  type Signals,
  type VideoFrame,
  type VitalsReading,
  type WaveformStretch,
} from '../reading.ts'
import type { Archive } from '../store/archive.ts'
import { WINDOW_AT, WINDOW_FRAMES, WINDOW_NUMERICS, WINDOW_SOUNDS, WINDOW_WAVEFORMS } from '../store/window-queries.ts'
import { archivedContext } from './archived-context.ts'
import { archivedHistory } from './archived-history.ts'

export type ArchivedWindow = { ok: true; window: PatientWindow } | { ok: false; code: ErrorCode; detail: string }

export interface ArchiveReading {
  /** What the model takes in: nothing else is read. */
  wanted: ReadonlySet<TensorSource>
  /** Whether windows of a demonstration or a test may be learnt from. */
  demoData: boolean
}

interface ClosedWindow {
  startMs: number
  endMs: number
  vitalsCount: number
  pcgCount: number
  videoCount: number
  generationMode: GenerationMode
}
interface Named {
  feedId: string
  sequence: number
  eventTimeMs: number
}
type StoredMedium<T extends Named> = Omit<T, 'patientId' | 'deviceId' | 'deviceTimeMs' | 'clockOffsetMs' | 'heartbeat'>

/** What of a record does not matter to whoever reads a window. */
const HEADER = { patientId: '', deviceId: '', clockOffsetMs: 0, generationMode: 'real', heartbeat: false } as const
const HISTORY_SOURCES: readonly TensorSource[] = ['vitals_history', 'vitals_summary']
/** What a model takes in of it is of no stream, and yet it is made of vital signs. */
const OF_VITALS: readonly TensorSource[] = ['alarm']

/**
 * The window of a patient that holds a moment, as the join closed it: what came too late for it is left out again. Where the archive no longer
 * holds as many readings as the ward saw, there is no such window any more.
 */
export async function archivedWindow(
  archive: Archive,
  patientId: string,
  atMs: number,
  { wanted, demoData }: ArchiveReading,
): Promise<ArchivedWindow> {
  const [closed] = await archive.query<ClosedWindow>(WINDOW_AT, [patientId, atMs])
  if (closed === undefined) return unusable('the ward closed no window there')
  const { startMs, endMs, generationMode } = closed
  if (generationMode !== 'real' && !demoData) return unusable('it is of a demonstration or a test')
  const stretch = [patientId, startMs, endMs]
  const streams = new Set<Modality>()
  for (const source of wanted) {
    const modality = OF_VITALS.includes(source) ? 'vitals' : WINDOW_TENSORS[source].modality
    if (modality !== null) streams.add(modality)
  }
  const vitals = streams.has('vitals') ? await vitalsReadings(archive, stretch) : []
  const pcg = streams.has('pcg') ? recordsOf(await archive.query<StoredMedium<PcgChunk>>(WINDOW_SOUNDS, stretch)) : []
  const video = streams.has('video')
    ? recordsOf(await archive.query<StoredMedium<VideoFrame>>(WINDOW_FRAMES, stretch))
    : []
  const lost =
    (streams.has('vitals') && vitals.length !== closed.vitalsCount) ||
    (streams.has('pcg') && pcg.length !== closed.pcgCount) ||
    (streams.has('video') && video.length !== closed.videoCount)
  if (lost) return unusable('the archive does not hold what the ward saw of it')
  const signals = signalsOf(vitals)
  const needsHistory = HISTORY_SOURCES.some((source) => wanted.has(source))
  return {
    ok: true,
    window: {
      patientId,
      startMs,
      endMs,
      readings: {
        counts: { vitals: vitals.length, pcg: pcg.length, video: video.length },
        generationMode,
        names: [],
        signals,
        pcg: pcg.map((chunk) => ({ ...chunk, samples: Buffer.from(chunk.samples) })),
        video: video.map((frame) => ({ ...frame, jpeg: Buffer.from(frame.jpeg) })),
      },
      context: await archivedContext(archive, patientId, endMs),
      history: needsHistory
        ? await archivedHistory(archive, patientId, closed, signals)
        : { hours: new Float32Array(HISTORY_HOURS * HISTORY_SIGNS).fill(NaN) },
      sources: [],
    },
  }
}

function unusable(detail: string): ArchivedWindow {
  return { ok: false, code: 'TUNE_UNUSABLE', detail }
}

/** Numerics and stretches, put together again to the readings that they came in. */
async function vitalsReadings(archive: Archive, stretch: (string | number)[]): Promise<VitalsReading[]> {
  const readings = new Map<string, VitalsReading>()
  const readingOf = (named: Named): VitalsReading => {
    const { feedId, sequence, eventTimeMs } = named
    const name = `${eventTimeMs}/${sequence}/${feedId}`
    let reading = readings.get(name)
    if (reading === undefined) {
      reading = { ...HEADER, feedId, sequence, eventTimeMs, deviceTimeMs: eventTimeMs, numerics: [], waveforms: [] }
      readings.set(name, reading)
    }
    return reading
  }
  for (const row of await archive.query<Named & Numeric>(WINDOW_NUMERICS, stretch)) readingOf(row).numerics.push(row)
  for (const row of await archive.query<Named & WaveformStretch>(WINDOW_WAVEFORMS, stretch))
    readingOf(row).waveforms.push({ ...row, samples: Buffer.from(row.samples) })
  return [...readings.values()].sort(inOrder)
}

function recordsOf<T extends Named>(rows: readonly T[]): (T & typeof HEADER & { deviceTimeMs: number })[] {
  return [...rows].sort(inOrder).map((row) => ({ ...row, ...HEADER, deviceTimeMs: row.eventTimeMs }))
}

/** As the join orders the readings of one stream. */
function inOrder(a: Named, b: Named): number {
  if (a.eventTimeMs !== b.eventTimeMs) return a.eventTimeMs - b.eventTimeMs
  if (a.feedId !== b.feedId) return a.feedId < b.feedId ? -1 : 1
  return a.sequence - b.sequence
}

function signalsOf(readings: readonly VitalsReading[]): Signals {
  const table = new SignalTable(new ByteArena(), readings.length)
  const said = new SkimmedVitals()
  for (const reading of readings) {
    said.fill(reading)
    table.add(said)
  }
  return table.gathered(
    readings.map((_, number) => number),
    readings.map(({ eventTimeMs }) => eventTimeMs),
  )
}
