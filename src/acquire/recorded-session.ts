import type { Clock } from '../clock.ts'
import type { ErrorCode } from '../errors.ts'
import type { Outbound, Reading } from '../reading.ts'
import type { Encode, Publisher } from './bed-source.ts'
import { heartbeatAt, readingAt, type RecordedFeed } from './recorded-feed.ts'
import type { RecordedReading, Recording, RecordingFault } from './recording.ts'

/** A feed that says nothing for this long says that it is alive. */
const HEARTBEAT_MS = 5_000
const BATCH_RECORDS = 200
const BATCH_BYTES = 512 * 1024
/** Well within a window's grace: what one append carries may be read one topic after the other. */
const BATCH_SPAN_MS = 1_000
/** So that a person who stops a feed waits no longer. */
const LONGEST_SLEEP_MS = 500

export interface SessionFeed extends RecordedFeed {
  recording: Recording
}

export interface SessionOptions {
  feeds: readonly SessionFeed[]
  /** Event time of offset 0. */
  startMs: number
  speed: number | 'max'
  clock: Clock
  encode: Encode
  publisher: Publisher
  signal?: AbortSignal
}

/** What became of one feed. */
export interface FedFile {
  readings: number
  fault: RecordingFault | null
}

interface Progress {
  feed: SessionFeed
  reader: AsyncIterator<RecordedReading>
  next: RecordedReading | null
  /** Offset up to which the feed has spoken. */
  spokenMs: number
  sequence: number
  fed: FedFile
}

/**
 * Feeds recordings together, in the order in which a bedside would have sent them (a stretch when it is over), at their
 * pace. Event time never runs ahead of the wall clock, whatever the speed. Silent and ended feeds send heartbeats as long
 * as one of them has something to say.
 */
export async function feedSession(options: SessionOptions): Promise<FedFile[]> {
  const { feeds, startMs, clock } = options
  const begunMs = clock.nowMs()
  const batch = new Batch(options.publisher)
  const all: Progress[] = feeds.map((feed) => ({
    feed,
    reader: feed.recording.read()[Symbol.asyncIterator](),
    next: null,
    spokenMs: 0,
    // Sequences must not come again when the bed is fed another file later: they begin at the start time.
    sequence: startMs,
    fed: { readings: 0, fault: null },
  }))
  try {
    for (const progress of all) await advance(progress)
    for (let turn = nextTurn(all); turn !== null; turn = nextTurn(all)) {
      const { progress, dueMs, heartbeat } = turn
      const wallMs =
        options.speed === 'max' ? startMs + dueMs : Math.max(begunMs + dueMs / options.speed, startMs + dueMs)
      if (wallMs > clock.nowMs()) await batch.flush()
      while (wallMs > clock.nowMs() && options.signal?.aborted !== true)
        await clock.sleep(Math.min(wallMs - clock.nowMs(), LONGEST_SLEEP_MS))
      if (options.signal?.aborted === true) break
      const reading = heartbeat ? beat(progress, startMs + dueMs) : speak(progress, startMs)
      progress.spokenMs = dueMs
      if (!heartbeat) await advance(progress)
      await batch.add(options.encode.reading(reading), dueMs)
    }
    // The last word of every feed: all windows up to here may close.
    const endMs = Math.max(0, ...all.map(({ spokenMs }) => spokenMs))
    for (const progress of all) await batch.add(options.encode.reading(beat(progress, startMs + endMs)), endMs)
    await batch.flush()
  } finally {
    for (const { reader } of all) await reader.return?.()
  }
  return all.map(({ fed }) => fed)
}

/** The earliest thing to send; null when no feed has a reading left. */
function nextTurn(all: readonly Progress[]): { progress: Progress; dueMs: number; heartbeat: boolean } | null {
  if (all.every(({ next }) => next === null)) return null
  const turns = all.map((progress) => {
    const dueMs = progress.next === null ? Infinity : progress.next.offsetMs + progress.next.lengthMs
    const beatMs = progress.spokenMs + HEARTBEAT_MS
    const heartbeat = beatMs < dueMs
    return { progress, dueMs: heartbeat ? beatMs : dueMs, heartbeat }
  })
  return turns.reduce((first, turn) => (turn.dueMs < first.dueMs ? turn : first))
}

function speak(progress: Progress, startMs: number): Reading {
  const { next, feed } = progress
  if (next === null) throw new Error('a feed without a reading has no turn')
  progress.fed.readings++
  return readingAt(feed, next, startMs, progress.sequence++)
}

function beat(progress: Progress, eventTimeMs: number): Reading {
  return heartbeatAt(progress.feed, eventTimeMs, progress.sequence++)
}

async function advance(progress: Progress): Promise<void> {
  try {
    const read = await progress.reader.next()
    progress.next = read.done === true ? null : read.value
  } catch (error) {
    // A file that goes bad while it is read (a lost disk) ends its feed and no other.
    progress.next = null
    progress.fed.fault = unreadable(error)
  }
  if (progress.next === null) progress.fed.fault ??= progress.feed.recording.fault()
}

function unreadable(error: unknown): RecordingFault {
  const code: ErrorCode = 'FILE_UNREADABLE'
  return { code, detail: (error as NodeJS.ErrnoException).code ?? 'reading failed' }
}

/** Collects records up to what one append should hold. */
class Batch {
  readonly #publisher: Publisher
  #records: Outbound[] = []
  #bytes = 0
  #sinceMs = 0

  constructor(publisher: Publisher) {
    this.#publisher = publisher
  }

  async add(record: Outbound, dueMs: number): Promise<void> {
    if (dueMs - this.#sinceMs >= BATCH_SPAN_MS) await this.flush()
    if (this.#records.length === 0) this.#sinceMs = dueMs
    this.#records.push(record)
    this.#bytes += record.value?.length ?? 0
    if (this.#records.length >= BATCH_RECORDS || this.#bytes >= BATCH_BYTES) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#records.length === 0) return
    const records = this.#records
    this.#records = []
    this.#bytes = 0
    await this.#publisher.publish(records)
  }
}
