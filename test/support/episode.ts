import { beginStamping, stampReadings } from '../../src/acquire/device-clocks.ts'
import { createSimulatedBeds } from '../../src/acquire/simulated-bed.ts'
import { defaultConfig } from '../../src/config.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import type { Outbound } from '../../src/reading.ts'

/** When every episode begins, by the clock of the test: 2026-01-01, 00:00 UTC. */
export const EPISODE_START_MS = 1_767_225_600_000
/** What was received in so much time is appended together, as the demo ward does. */
const SLICE_MS = 1_000

/** A stretch of the script of one bed of the demo ward, by seconds from the start of the script. */
export interface Episode {
  name: string
  /** 0 is the first bed. */
  bed: number
  fromS: number
  toS: number
}

/** What reached us up to a moment, since the slice before it. */
export interface Slice {
  receivedThroughMs: number
  records: readonly Outbound[]
}

export interface RecordedEpisode {
  context: Outbound
  slices: readonly Slice[]
}

/** What the bed's devices send during the episode, stamped in order of arrival as the demo ward stamps it. */
export async function recordEpisode({ bed, fromS, toS }: Episode): Promise<RecordedEpisode> {
  const { demoSeed: seed, clockToleranceMs } = defaultConfig()
  const endMs = EPISODE_START_MS + (toS - fromS) * 1_000
  const source = createSimulatedBeds({ beds: bed + 1, seed, startMs: EPISODE_START_MS - fromS * 1_000 }).at(bed)
  if (source === undefined) throw new RangeError(`there is no bed ${bed}`)
  const arrived = await source.readings(EPISODE_START_MS, endMs)
  let stamping = beginStamping({})
  const slices: Slice[] = []
  for (let fromMs = EPISODE_START_MS; fromMs < endMs; fromMs += SLICE_MS) {
    const receivedThroughMs = fromMs + SLICE_MS
    const received = arrived.filter(({ receivedMs }) => receivedMs >= fromMs && receivedMs < receivedThroughMs)
    const made = stampReadings(received, receivedThroughMs, stamping, clockToleranceMs)
    stamping = made.stamping
    slices.push({ receivedThroughMs, records: made.readings.map((reading) => ENCODE.reading(reading)) })
  }
  return { context: ENCODE.context(source.context()), slices }
}
