import { SkimmedVitals } from '../../src/ingest/skimmed-vitals.ts'
import { ByteArena } from '../../src/join/byte-arena.ts'
import { SignalTable } from '../../src/join/signal-table.ts'
import {
  HISTORY_HOURS,
  HISTORY_SIGNS,
  type Modality,
  type PcgChunk,
  type ReadingName,
  type Readings,
  type VideoFrame,
  type VitalsHistory,
  type VitalsReading,
} from '../../src/reading.ts'

interface Streams {
  vitals?: readonly VitalsReading[] | undefined
  pcg?: readonly PcgChunk[] | undefined
  video?: readonly VideoFrame[] | undefined
}

/** The readings of a window as the join would hand them on, from readings that were never records. */
export function readingsOf({ vitals = [], pcg = [], video = [] }: Streams): Readings {
  const table = new SignalTable(new ByteArena(), vitals.length)
  const said = new SkimmedVitals()
  for (const reading of vitals) {
    said.fill(reading)
    table.add(said)
  }
  const signals = table.gathered(
    vitals.map((_, number) => number),
    vitals.map(({ eventTimeMs }) => eventTimeMs),
  )
  const named = (modality: Modality, records: readonly Omit<ReadingName, 'modality'>[]): ReadingName[] =>
    records.map(({ feedId, sequence, eventTimeMs }) => ({ modality, feedId, sequence, eventTimeMs }))
  return {
    counts: { vitals: vitals.length, pcg: pcg.length, video: video.length },
    generationMode: [...vitals, ...pcg, ...video][0]?.generationMode ?? null,
    names: [...named('vitals', vitals), ...named('pcg', pcg), ...named('video', video)],
    signals,
    pcg,
    video,
  }
}

/** Of a patient of whom nothing is known yet. */
export function noHistory(): VitalsHistory {
  return { hours: new Float32Array(HISTORY_HOURS * HISTORY_SIGNS).fill(NaN) }
}
