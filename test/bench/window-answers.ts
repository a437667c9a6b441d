import type { Clock } from '../../src/clock.ts'
import type { Log, LogRecord, Subscription } from '../../src/ingest/log.ts'
import { readRecord } from '../../src/ingest/record-check.ts'

/** A window's answer, on the log's own times. */
export interface WindowAnswer {
  patientId: string
  /** from the append of the reading that let the window close to the append of its prediction */
  closeToAnswerMs: number
  /** from the end of the window to the append of its prediction: with the grace, and how far the feeds lag */
  endToAnswerMs: number
  answeredAtMs: number
  /** whether the model had its part in it */
  withModel: boolean
}

type Half = Omit<WindowAnswer, 'closeToAnswerMs'>

/** Listens to the windows of a ward: what the join says of its progress is matched with what is on predictions. */
export class WindowAnswers {
  readonly answers: WindowAnswer[] = []
  readonly #closedAtMs = new Map<string, number>()
  readonly #answered = new Map<string, Half>()
  #subscription: Subscription | null = null

  async start(log: Log, clock: Clock, fail: (error: Error) => void): Promise<void> {
    // A follower that starts at the end would miss what is appended while it opens; nothing old is wanted either.
    const from = { sinceMs: clock.nowMs() }
    const receive = async ({ records }: { records: readonly LogRecord[] }): Promise<void> =>
      records.forEach((record) => this.#take(record))
    this.#subscription = await log.follow({ topics: ['predictions', 'join-state'], from, receive, onFailed: fail })
  }

  async stop(): Promise<void> {
    await this.#subscription?.stop()
  }

  #take(record: LogRecord): void {
    if (record.topic === 'predictions') {
      const read = readRecord('predictions', record)
      if (!read.ok) throw new Error(`an unreadable prediction: ${read.code}`)
      const { patientId, windowEndMs, model } = read.record
      const { appendTimeMs } = record
      const endToAnswerMs = appendTimeMs - windowEndMs
      const half = { patientId, endToAnswerMs, answeredAtMs: appendTimeMs, withModel: model !== null }
      this.#answered.set(keyOf(patientId, windowEndMs), half)
      this.#match(keyOf(patientId, windowEndMs))
    } else if (record.value !== null) {
      const read = readRecord('join-state', record)
      if (!read.ok) throw new Error(`an unreadable state: ${read.code}`)
      const key = keyOf(read.record.patientId, read.record.closedThroughMs)
      this.#closedAtMs.set(key, read.record.appendTimeMs)
      this.#match(key)
    }
  }

  #match(key: string): void {
    const half = this.#answered.get(key)
    const closedAtMs = this.#closedAtMs.get(key)
    if (half === undefined || closedAtMs === undefined) return
    this.#answered.delete(key)
    this.#closedAtMs.delete(key)
    this.answers.push({ ...half, closeToAnswerMs: Math.max(0, half.answeredAtMs - closedAtMs) })
  }
}

function keyOf(patientId: string, windowEndMs: number): string {
  return `${patientId}/${windowEndMs}`
}
