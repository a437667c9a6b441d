import { type Clock } from '../clock.ts'
import { type LogRecord } from './log.ts'
import { type Run, sizeOf } from './merge.ts'
import { type TopicName } from './topics.ts'

interface Waiting {
  record: LogRecord
  bytes: number
  receivedAtMs: number
  receivedWallMs: number
}

/** What was fetched of one topic and partition and has not gone out yet. */
export class TopicRun implements Run {
  readonly topic: TopicName
  /** the offset that is fetched next */
  position: number
  /** the end of the partition as last heard of */
  end: number
  bytes = 0
  paused = false
  /** wall-clock time since which it is fetched */
  fetchedSinceMs: number
  /** monotonic time at which it last got on */
  movedAtMs: number
  #waiting: Waiting[] = []
  #taken = 0

  constructor(topic: TopicName, { position, end }: { position: number; end: number }, clock: Clock) {
    this.topic = topic
    this.position = position
    this.end = end
    this.fetchedSinceMs = clock.nowMs()
    this.movedAtMs = clock.monotonicMs()
  }

  push(records: readonly LogRecord[], highWatermark: number, clock: Clock): void {
    const receivedAtMs = clock.monotonicMs()
    const receivedWallMs = clock.nowMs()
    for (const record of records) {
      if (record.offset < this.position) continue
      const bytes = sizeOf(record)
      this.#waiting.push({ record, bytes, receivedAtMs, receivedWallMs })
      this.bytes += bytes
      this.position = record.offset + 1
    }
    this.end = Math.max(this.end, highWatermark)
    this.movedAtMs = receivedAtMs
  }

  head(): LogRecord | undefined {
    return this.#waiting[this.#taken]?.record
  }

  /** When the head came, by the monotonic and by the wall clock. */
  headReceived(): { atMs: number; wallMs: number } {
    const head = this.#waiting[this.#taken]
    return { atMs: head?.receivedAtMs ?? 0, wallMs: head?.receivedWallMs ?? 0 }
  }

  take(): Waiting | undefined {
    const first = this.#waiting[this.#taken]
    if (first === undefined) return undefined
    this.#taken++
    this.bytes -= first.bytes
    if (this.#taken > 1_000 || this.#taken === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken)
      this.#taken = 0
    }
    return first
  }
}
