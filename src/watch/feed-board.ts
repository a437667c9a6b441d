import { type Modality, MODALITY_VALUES } from '../records.ts'
import type { FeedView } from './events.ts'
import { SequenceGaps } from './sequence-gaps.ts'
import { MinuteRate } from './minute-rate.ts'

/** What every record of a feed says, whatever it measures. */
export interface FeedRecord {
  patientId: string
  feedId: string
  deviceId: string
  sequence: number
  eventTimeMs: number
  clockOffsetMs: number
  generationMode: FeedView['generationMode']
  heartbeat: boolean
}

interface Feed {
  view: Omit<FeedView, 'bedId' | 'recordsPerMinute' | 'bytesPerMinute' | 'gaps' | 'late'>
  sends: Set<string>
  rate: MinuteRate
  gaps: SequenceGaps
}

/** A feed that has been silent for this long is no longer listed. */
const FORGOTTEN_AFTER_MS = 86_400_000

/** What every feed sends, how much, and how late. */
export class FeedBoard {
  readonly #feeds = new Map<string, Feed>()
  readonly #late = new Map<string, number>()
  readonly #lateIds = new Set<string>()
  #lateCount = 0

  take(modality: Modality, record: FeedRecord, codes: readonly string[], bytes: number, appendTimeMs: number): void {
    const { patientId, feedId, deviceId, generationMode, clockOffsetMs } = record
    const feed = this.#feed(modality, patientId, feedId)
    const { view } = feed
    view.deviceId = deviceId
    view.generationMode = generationMode
    view.clockOffsetMs = clockOffsetMs
    view.lastEventTimeMs = Math.max(view.lastEventTimeMs, record.eventTimeMs)
    view.lastAppendTimeMs = Math.max(view.lastAppendTimeMs, appendTimeMs)
    view.heartbeatOnly = record.heartbeat
    for (const code of codes) feed.sends.add(code)
    feed.rate.add(appendTimeMs, bytes)
    feed.gaps.add(record.sequence, record.eventTimeMs)
  }

  /** A feed that others have seen; silent ones would else be missing after a restart, when they matter most. */
  seen(modality: Modality, patientId: string, feedId: string, lastEventTimeMs: number, lastAppendTimeMs: number): void {
    const { view } = this.#feed(modality, patientId, feedId)
    view.lastEventTimeMs = Math.max(view.lastEventTimeMs, lastEventTimeMs)
    view.lastAppendTimeMs = Math.max(view.lastAppendTimeMs, lastAppendTimeMs)
  }

  /** Counts a late reading once, however often it is told. */
  late(id: string, modality: Modality, patientId: string, feedId: string): void {
    if (this.#lateIds.has(id)) return
    this.#lateIds.add(id)
    if (this.#lateIds.size > 20_000) for (const oldest of this.#lateIds) if (this.#lateIds.delete(oldest)) break
    this.#lateCount++
    const key = keyOf(modality, patientId, feedId)
    this.#late.set(key, (this.#late.get(key) ?? 0) + 1)
  }

  get lateCount(): number {
    return this.#lateCount
  }

  /** Nobody is in the bed any more: what fed it is no feed of the ward. One that goes on shows up again. */
  discharge(patientId: string): void {
    for (const [key, { view }] of this.#feeds) if (view.patientId === patientId) this.#feeds.delete(key)
  }

  /** By modality, how many feeds sent something since `sinceMs` of append time, and how many did not. */
  activity(sinceMs: number): { modality: Modality; live: number; idle: number }[] {
    const feeds = [...this.#feeds.values()].map(({ view }) => view)
    return MODALITY_VALUES.map((modality) => {
      const ofModality = feeds.filter((feed) => feed.modality === modality)
      const live = ofModality.filter(({ lastAppendTimeMs }) => lastAppendTimeMs >= sinceMs).length
      return { modality, live, idle: ofModality.length - live }
    })
  }

  get count(): number {
    return this.#feeds.size
  }

  /** Feeds that have sent nothing since `sinceMs` of append time, not even a heartbeat. */
  silent(sinceMs: number): { modality: Modality; patientId: string; feedId: string }[] {
    const views = [...this.#feeds.values()].map(({ view }) => view)
    return views
      .filter(({ lastAppendTimeMs }) => lastAppendTimeMs < sinceMs)
      .map(({ modality, patientId, feedId }) => ({ modality, patientId, feedId }))
  }

  views(nowMs: number, bedIdOf: (patientId: string) => string): FeedView[] {
    const views: FeedView[] = []
    for (const [key, { view, rate, gaps, sends }] of this.#feeds) {
      if (nowMs - Math.max(view.lastAppendTimeMs, view.lastEventTimeMs) > FORGOTTEN_AFTER_MS) {
        this.#feeds.delete(key)
        continue
      }
      const { records, bytes } = rate.perMinute(nowMs)
      const late = this.#late.get(key) ?? 0
      const counts = { recordsPerMinute: records, bytesPerMinute: bytes, late, gaps: gaps.count }
      views.push({ ...view, bedId: bedIdOf(view.patientId), ...counts, sends: [...sends].sort() })
    }
    return views.sort((a, b) => byName.compare(a.bedId, b.bedId) || byName.compare(a.feedId, b.feedId))
  }

  #feed(modality: Modality, patientId: string, feedId: string): Feed {
    const key = keyOf(modality, patientId, feedId)
    let feed = this.#feeds.get(key)
    if (feed === undefined) {
      const times = { lastEventTimeMs: 0, lastAppendTimeMs: 0, clockOffsetMs: 0 }
      const view = { feedId, patientId, modality, deviceId: '', generationMode: 'real' as const, ...times }
      feed = {
        view: { ...view, heartbeatOnly: false, sends: [] },
        sends: new Set(),
        rate: new MinuteRate(),
        gaps: new SequenceGaps(),
      }
      this.#feeds.set(key, feed)
    }
    return feed
  }
}

const byName = new Intl.Collator('en', { numeric: true })

function keyOf(modality: Modality, patientId: string, feedId: string): string {
  return JSON.stringify([modality, patientId, feedId])
}
