import type { LogRecord } from '../ingest/log.ts'
import type { ReadingHeader } from '../ingest/reading-header.ts'
import type { TopicName } from '../ingest/topics.ts'
import type { JoinState, LateReading, PatientContext } from '../reading.ts'
import { ByteArena } from './byte-arena.ts'
import { type ClosedWindow, type JoinPolicy, PatientJoin } from './patient-join.ts'

export type JoinOutput = { kind: 'window'; closed: ClosedWindow } | { kind: 'late'; late: LateReading }

/** Most records give nothing at once. */
const NOTHING: readonly JoinOutput[] = []

/**
 * The windowed join of one partition: the streams of its patients, each patient on their own watermark.
 *
 * Inputs: records in the order of their append time, and how far the log has been read. Outputs: windows, one final result
 * each, and late readings. Records with one append time are one moment, in which order means nothing; what silence decides
 * is decided before the record that ends it. So any reading of the log from any restored state yields the same outputs.
 */
export class WindowedJoin {
  readonly #policy: JoinPolicy
  readonly #arena = new ByteArena()
  readonly #patients = new Map<string, PatientJoin>()
  readonly #restored: ReadonlyMap<string, JoinState>
  readonly #positions = new Map<TopicName, number>()
  /** Append time at which silence next changes something for anybody; kept low, never late. */
  #deadlineMs = Infinity
  /** Records with one append time are one moment: all are placed before any of them closes a window. */
  #momentMs = -Infinity
  readonly #moved = new Set<PatientJoin>()

  constructor(policy: JoinPolicy, restored: ReadonlyMap<string, JoinState> = new Map()) {
    this.#policy = policy
    this.#restored = restored
    // A patient who says nothing after a restart must still turn idle and have their windows closed.
    for (const patientId of restored.keys()) this.#patient(patientId)
  }

  /** Takes a reading that the log appended after, or in the same moment as, all that came before. */
  receive(header: ReadingHeader): readonly JoinOutput[] {
    const outputs = this.#reach(header.record)
    const patient = this.#patient(header.record.key)
    const placement = patient.place(header)
    if (placement === 'replayed') {
      // A window that is being rebuilt is whole when the log is past the restored position; its wait ends later than that.
      this.#deadlineMs = Math.min(this.#deadlineMs, patient.nextDeadlineMs)
      return outputs
    }
    this.#moved.add(patient)
    return placement === 'window' ? outputs : [...outputs, { kind: 'late', late: placement }]
  }

  /** Takes a version of the context table; null: nobody is in the bed any more. */
  receiveContext(record: LogRecord, context: PatientContext | null): readonly JoinOutput[] {
    const outputs = this.#reach(record)
    this.#patient(record.key).context.put(context, record.appendTimeMs)
    return outputs
  }

  /** A record was dealt with elsewhere (it could not be read, or lay in the future); only its position counts. */
  receiveNothing(record: LogRecord): readonly JoinOutput[] {
    return this.#reach(record)
  }

  /** The log has been read to `appendTimeMs`, all of it: whoever has been silent for too long turns idle. */
  advance(appendTimeMs: number): readonly JoinOutput[] {
    return appendTimeMs < this.#momentMs ? NOTHING : [...this.#settle(), ...this.#pass(appendTimeMs)]
  }

  /** The streams are over: what is open closes. For recorded episodes; a ward never ends. */
  end(appendTimeMs: number): JoinOutput[] {
    const closed = [...this.#patients.values()].flatMap((patient) => patient.end(appendTimeMs, this.#snapshot))
    return closed.map((window) => ({ kind: 'window', closed: window }))
  }

  /** Where to go on after a crash, by topic: the oldest reading that an open window holds, else what has been read. */
  get committable(): Partial<Record<TopicName, number>> {
    const committable: Partial<Record<TopicName, number>> = {}
    for (const [topic, position] of this.#positions) {
      let oldest = position
      for (const patient of this.#patients.values()) oldest = Math.min(oldest, patient.oldestOffset(topic))
      committable[topic] = oldest
    }
    return committable
  }

  get openWindows(): number {
    let open = 0
    for (const patient of this.#patients.values()) open += patient.openWindows
    return open
  }

  /** What the open windows hold in memory, about. */
  get bytes(): number {
    let bytes = 0
    for (const patient of this.#patients.values()) bytes += patient.bytes
    return bytes
  }

  get patients(): number {
    return this.#patients.size
  }

  /** Moves on to the moment of a record: what came before it is whole, and what its silence decided is decided. */
  #reach(record: LogRecord): readonly JoinOutput[] {
    const { topic, offset, appendTimeMs } = record
    let outputs = NOTHING
    if (appendTimeMs > this.#momentMs) {
      if (this.#moved.size > 0) outputs = this.#settle()
      if (appendTimeMs >= this.#deadlineMs) outputs = [...outputs, ...this.#pass(appendTimeMs)]
      this.#momentMs = appendTimeMs
    }
    this.#positions.set(topic, offset + 1)
    return outputs
  }

  /** The moment is whole: whoever said something in it may have windows that close. */
  #settle(): JoinOutput[] {
    const outputs: JoinOutput[] = []
    for (const patient of this.#moved) {
      this.#close(patient, this.#momentMs, outputs)
      this.#deadlineMs = Math.min(this.#deadlineMs, patient.nextDeadlineMs)
    }
    this.#moved.clear()
    return outputs
  }

  /** Time went by: each deadline on its own, in its order. */
  #pass(appendTimeMs: number): JoinOutput[] {
    if (appendTimeMs < this.#deadlineMs) return []
    const outputs: JoinOutput[] = []
    this.#deadlineMs = Infinity
    for (const patient of this.#patients.values()) {
      while (patient.nextDeadlineMs <= appendTimeMs) this.#close(patient, patient.nextDeadlineMs, outputs)
      this.#deadlineMs = Math.min(this.#deadlineMs, patient.nextDeadlineMs)
    }
    return outputs
  }

  #close(patient: PatientJoin, appendTimeMs: number, outputs: JoinOutput[]): void {
    for (const closed of patient.close(appendTimeMs, this.#snapshot)) outputs.push({ kind: 'window', closed })
  }

  readonly #snapshot = (): JoinState['positions'] => Object.fromEntries(this.#positions)

  #patient(patientId: string): PatientJoin {
    let patient = this.#patients.get(patientId)
    if (patient === undefined) {
      patient = new PatientJoin(patientId, this.#policy, this.#restored.get(patientId) ?? null, this.#arena)
      this.#patients.set(patientId, patient)
      this.#deadlineMs = Math.min(this.#deadlineMs, patient.nextDeadlineMs)
    }
    return patient
  }
}
