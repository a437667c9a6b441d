import type { FeedView } from '../../src/watch/events.ts'

export type FeedState = 'live' | 'heartbeat' | 'late' | 'silent' | 'ahead'

/** Silence after which a feed raises a technical condition (`--feed-idle-ms`). */
const SILENT_MS = 10_000
/** How far event time may lie from append time before it is worth a word (`--clock-tolerance-ms`). */
const TOLERANCE_MS = 2_000

/** Append time minus event time of a feed's newest record: how late it comes; below zero, its clock is ahead. */
export function latenessMs(feed: Pick<FeedView, 'lastAppendTimeMs' | 'lastEventTimeMs'>): number {
  return feed.lastAppendTimeMs - feed.lastEventTimeMs
}

export function feedState(
  feed: Pick<FeedView, 'lastAppendTimeMs' | 'lastEventTimeMs' | 'heartbeatOnly'>,
  serverNowMs: number,
): FeedState {
  if (serverNowMs - feed.lastAppendTimeMs > SILENT_MS) return 'silent'
  const late = latenessMs(feed)
  if (late < -TOLERANCE_MS) return 'ahead'
  if (late > SILENT_MS) return 'late'
  return feed.heartbeatOnly ? 'heartbeat' : 'live'
}

const RANK = { silent: 0, ahead: 1, late: 2, heartbeat: 3, live: 4 } as const satisfies Record<FeedState, number>
const byName = new Intl.Collator('en', { numeric: true })

/** Trouble first, then by bed and feed. */
export function sortFeeds(feeds: readonly FeedView[], serverNowMs: number): FeedView[] {
  return [...feeds].sort(
    (a, b) =>
      RANK[feedState(a, serverNowMs)] - RANK[feedState(b, serverNowMs)] ||
      byName.compare(a.bedId, b.bedId) ||
      byName.compare(a.feedId, b.feedId),
  )
}

/** 250 ms, 3.2 s, 24 min: with its sign. */
export function durationWords(ms: number): string {
  const size = Math.abs(ms)
  const sign = ms < 0 ? '−' : ''
  if (size < 1_000) return `${sign}${Math.round(size)} ms`
  if (size < 60_000) return `${sign}${(size / 1_000).toFixed(1)} s`
  if (size < 3_600_000) return `${sign}${(size / 60_000).toFixed(1)} min`
  return `${sign}${(size / 3_600_000).toFixed(1)} h`
}

export function bytesWords(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
