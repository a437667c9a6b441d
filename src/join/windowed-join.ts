import { type LogRecord } from '../ingest/log.ts'
import { type TopicName } from '../ingest/topics.ts'
import { type JoinState, type LateReading, type PatientContext, type Reading } from '../reading.ts'
import { type ClosedWindow, type JoinPolicy, PatientJoin } from './patient-join.ts'

export type JoinOutput = { kind: 'window'; closed: ClosedWindow } | { kind: 'late'; late: LateReading }

/**
 * The windowed join of one partition: the streams of its patients, each patient on their own watermark.
 *
 * Inputs: records in the order of their append time, and how far the log has been read. Outputs: windows, one final result
 * each, and late readings. What silence decides is decided on append time before the record that shows it, so that any
 * reading of the log from any restored state yields the same outputs.
 */
export class WindowedJoin {
  readonly #policy: JoinPolicy
  readonly #patients = new Map<string, PatientJoin>()
  readonly #restored: ReadonlyMap<string, JoinState>
  readonly #positions = new Map<TopicName, number>()
  /** Append time at which silence next changes something for anybody; kept low, never late. */
  #deadlineMs = Infinity

  constructor(policy: JoinPolicy, restored: ReadonlyMap<string, JoinState> = new Map()) {
    this.#policy = policy
    this.#restored = restored
    // A patient who says nothing after a restart must still turn idle and have their windows closed.
    for (const patientId of restored.keys()) this.#patient(patientId)
  }

  /** Takes a reading that the log appended after all that came before. */
  receive(record: LogRecord, reading: Reading): JoinOutput[] {
    const outputs = this.advance(record.appendTimeMs)
    this.passed(record)
    const patient = this.#patient(reading.record.patientId)
    const placement = patient.place(record, reading)
    if (placement.placed === 'late') outputs.push({ kind: 'late', late: placement.late })
    // A window that is being rebuilt is not whole before the log is past the restored position.
    if (placement.placed !== 'replayed') outputs.push(...this.#close(patient, record.appendTimeMs))
    this.#deadlineMs = Math.min(this.#deadlineMs, patient.nextDeadlineMs)
    return outputs
  }

  /** Takes a version of the context table; null: nobody is in the bed any more. */
  receiveContext(record: LogRecord, context: PatientContext | null): JoinOutput[] {
    const outputs = this.advance(record.appendTimeMs)
    this.passed(record)
    this.#patient(record.key).context.put(context, record.appendTimeMs)
    return outputs
  }

  /** A record was dealt with elsewhere (it could not be read, or lay in the future); only its position counts. */
  passed(record: LogRecord): void {
    this.#positions.set(record.topic, record.offset + 1)
  }

  /** The log has been read to `appendTimeMs`: whoever has been silent for too long turns idle. */
  advance(appendTimeMs: number): JoinOutput[] {
    if (appendTimeMs < this.#deadlineMs) return []
    const outputs: JoinOutput[] = []
    this.#deadlineMs = Infinity
    for (const patient of this.#patients.values()) {
      // Each deadline on its own, in its order: a source that turned idle at 5 s let a window go before 8 s closed the next.
      while (patient.nextDeadlineMs <= appendTimeMs) outputs.push(...this.#close(patient, patient.nextDeadlineMs))
      this.#deadlineMs = Math.min(this.#deadlineMs, patient.nextDeadlineMs)
    }
    return outputs
  }

  /** The streams are over: what is open closes. For recorded episodes; a ward never ends. */
  end(appendTimeMs: number): JoinOutput[] {
    const closed = [...this.#patients.values()].flatMap((patient) => patient.end(appendTimeMs, this.#snapshot()))
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

  get patients(): number {
    return this.#patients.size
  }

  #close(patient: PatientJoin, appendTimeMs: number): JoinOutput[] {
    return patient.close(appendTimeMs, this.#snapshot()).map((closed) => ({ kind: 'window', closed }))
  }

  #snapshot(): JoinState['positions'] {
    return Object.fromEntries(this.#positions)
  }

  #patient(patientId: string): PatientJoin {
    let patient = this.#patients.get(patientId)
    if (patient === undefined) {
      patient = new PatientJoin(patientId, this.#policy, this.#restored.get(patientId) ?? null)
      this.#patients.set(patientId, patient)
      this.#deadlineMs = Math.min(this.#deadlineMs, patient.nextDeadlineMs)
    }
    return patient
  }
}
