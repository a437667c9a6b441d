import type { Alert, Prediction } from '../reading.ts'
import type { Archive } from './archive.ts'
import { ALERTS, FRAMES, HEART_SOUNDS, PREDICTIONS, VITALS, WAVEFORMS, WINDOWS } from './stretch-queries.ts'
import type { StoredFrame, StoredHeartSound, StoredVitals, StoredWaveform, StretchPage } from './stored-records.ts'

export interface Stretch {
  patientId: string
  fromMs: number
  /** Exclusive. */
  toMs: number
  /** Length of a page; 10 s where it is left out. */
  pageMs?: number
}

const PAGE_MS = 10_000

/**
 * Reads a stored stretch of a patient in pages of event time, one page at a time as they are asked for; a page without
 * anything stored is given too, since silence is part of what happened. Throws DATABASE_UNAVAILABLE.
 */
export async function* readStretch(archive: Archive, stretch: Stretch): AsyncGenerator<StretchPage, void, undefined> {
  const { patientId, fromMs, toMs, pageMs = PAGE_MS } = stretch
  for (let startMs = fromMs; startMs < toMs; startMs += pageMs) {
    const endMs = Math.min(startMs + pageMs, toMs)
    const where = [patientId, startMs, endMs]
    const [vitals, waveforms, heartSounds, frames, predictions, alerts] = await Promise.all([
      archive.query<StoredVitals>(VITALS, where),
      archive.query<StoredWaveform>(WAVEFORMS, where),
      archive.query<StoredHeartSound>(HEART_SOUNDS, where),
      archive.query<StoredFrame>(FRAMES, where),
      archive.query<Prediction>(PREDICTIONS, where),
      archive.query<Alert>(ALERTS, where),
    ])
    yield { fromMs: startMs, toMs: endMs, vitals, waveforms, heartSounds, frames, predictions, alerts }
  }
}

/** Closed windows that began in `[fromMs, toMs)` with what was concluded from them, oldest first, at most `limit`. */
export function readWindows(
  archive: Archive,
  { patientId, fromMs, toMs, limit = 10_000 }: { patientId: string; fromMs: number; toMs: number; limit?: number },
): Promise<Prediction[]> {
  return archive.query<Prediction>(WINDOWS, [patientId, fromMs, toMs, limit])
}
