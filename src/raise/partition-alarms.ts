import type { LogRecord, Positions } from '../ingest/log.ts'
import type { TopicName } from '../ingest/topics.ts'
import type { Alert, AlertState } from '../records.ts'
import type { AlarmRules } from './alarm-rules.ts'
import { freshState } from './patient-state.ts'
import type { RaiseEvent, Transition } from './raise-event.ts'
import { next } from './transition.ts'

interface Bed {
  state: AlertState
  /** Alerts since the state was last written. */
  alerts: Alert[]
  /** Oldest offset of each topic that the written state lacks. */
  unwritten: Map<TopicName, number>
  /** Monotonic time since when it lacks anything; null: it lacks nothing. */
  unwrittenSinceMs: number | null
  /** What must not wait changed: an alert, a limit, a pause, a place. */
  urgent: boolean
}

/** A patient's state as it is to be written, with the alerts that must be there when it is. */
export interface Write {
  state: AlertState
  alerts: readonly Alert[]
}

/** Quiet readings move only times; after a crash these few seconds are read again. */
const WRITE_EVERY_MS = 5_000

/** The beds of one partition: their states, and how far the log may be called read. */
export class PartitionAlarms {
  readonly #beds = new Map<string, Bed>()
  readonly #nextOffsets = new Map<TopicName, number>()
  readonly #rules: AlarmRules

  constructor(rules: AlarmRules, restored: readonly AlertState[]) {
    this.#rules = rules
    for (const state of restored) this.#beds.set(state.patientId, bedOf({ ...state, outbox: [] }))
  }

  /** A record that concerns nobody's alarms is behind us. */
  pass({ topic, offset }: LogRecord): void {
    this.#nextOffsets.set(topic, Math.max(this.#nextOffsets.get(topic) ?? 0, offset + 1))
  }

  apply(record: LogRecord, event: RaiseEvent, monotonicMs: number): Transition {
    this.pass(record)
    const bed = this.#beds.get(record.key) ?? bedOf(freshState(record.key))
    this.#beds.set(record.key, bed)
    const transition = next(bed.state, event, this.#rules)
    if (transition.state === bed.state) return transition
    if (!bed.unwritten.has(record.topic)) bed.unwritten.set(record.topic, record.offset)
    this.#take(bed, transition, monotonicMs)
    // What people do and say is not left to a second reading.
    if (event.type === 'command' || event.type === 'context') bed.urgent = true
    return transition
  }

  passTime(readThroughMs: number, watchingSinceMs: number, monotonicMs: number): void {
    for (const bed of this.#beds.values()) {
      const transition = next(bed.state, { type: 'time', readThroughMs, watchingSinceMs }, this.#rules)
      if (transition.state === bed.state) continue
      this.#take(bed, transition, monotonicMs)
      bed.urgent = true
    }
  }

  /** The states that are due. They count as written from here on: a failed write ends this object's life. */
  due(monotonicMs: number): Write[] {
    const writes: Write[] = []
    for (const bed of this.#beds.values()) {
      if (bed.unwrittenSinceMs === null) continue
      if (!bed.urgent && monotonicMs - bed.unwrittenSinceMs < WRITE_EVERY_MS) continue
      writes.push({ state: bed.state, alerts: bed.alerts })
      bed.alerts = []
      bed.unwritten.clear()
      bed.unwrittenSinceMs = null
      bed.urgent = false
    }
    return writes
  }

  /** Where a new owner must go on: never past a record that some patient's written state lacks. */
  positions(): Positions {
    const positions = new Map(this.#nextOffsets)
    for (const { unwritten } of this.#beds.values()) {
      for (const [topic, offset] of unwritten) positions.set(topic, Math.min(positions.get(topic) ?? offset, offset))
    }
    return Object.fromEntries(positions)
  }

  #take(bed: Bed, { state, alerts }: Transition, monotonicMs: number): void {
    bed.state = state
    bed.alerts.push(...alerts)
    bed.unwrittenSinceMs ??= monotonicMs
    if (alerts.length > 0) bed.urgent = true
  }
}

function bedOf(state: AlertState): Bed {
  return { state, alerts: [], unwritten: new Map(), unwrittenSinceMs: null, urgent: false }
}
