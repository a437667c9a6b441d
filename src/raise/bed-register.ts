import { encodeRecord } from '../ingest/avro-codec.ts'
import { type Positions } from '../ingest/log.ts'
import { outbound } from '../ingest/outbound.ts'
import { type Alert, type AlertState, type Outbound } from '../reading.ts'
import { type AlarmRules } from './alarm-rules.ts'
import { freshState } from './patient-state.ts'
import { type RaiseEvent, type Transition } from './raise-event.ts'
import { next } from './transition.ts'

/** What a step leaves for the log. States come before the alerts that are in their outbox. */
export interface StepRecords {
  states: Outbound[]
  alerts: Outbound[]
}

/** The beds of one partition: their states, which of them the log does not have yet, and the alerts of the step. */
export class BedRegister {
  readonly #rules: AlarmRules
  readonly #states: Map<string, AlertState>
  /** Patients whose state has moved on since it was last written. */
  readonly #unwritten = new Set<string>()
  readonly #alerts = new Map<string, Alert[]>()
  readonly #positions: Record<string, number> = {}

  constructor(rules: AlarmRules, restored: ReadonlyMap<string, AlertState>) {
    this.#rules = rules
    this.#states = new Map(restored)
  }

  get beds(): number {
    return this.#states.size
  }

  get standing(): number {
    let standing = 0
    for (const { conditions } of this.#states.values())
      standing += conditions.filter(({ presence }) => presence !== 'off').length
    return standing
  }

  /** Applies an event of one patient. */
  apply(patientId: string, event: RaiseEvent): Transition {
    const before = this.#states.get(patientId) ?? freshState(patientId)
    const transition = next(before, event, this.#rules)
    if (transition.state !== before) {
      this.#states.set(patientId, transition.state)
      this.#unwritten.add(patientId)
    }
    if (transition.alerts.length > 0)
      this.#alerts.set(patientId, [...(this.#alerts.get(patientId) ?? []), ...transition.alerts])
    return transition
  }

  /** Append time went by for everybody. */
  pass(readThroughMs: number, watchingSinceMs: number): void {
    for (const patientId of this.#states.keys()) this.apply(patientId, { type: 'time', readThroughMs, watchingSinceMs })
  }

  /** A record of a topic has been dealt with. */
  reached(topic: string, offset: number): void {
    this.#positions[topic] = offset + 1
  }

  /** Where to go on after a crash, once nothing is unwritten. */
  get positions(): Positions {
    return { ...this.#positions }
  }

  get hasAlerts(): boolean {
    return this.#alerts.size > 0
  }

  /** The records of this step: the states of beds with new alerts, or of all beds that have moved on. */
  takeStep(all: boolean): StepRecords {
    const patients = all ? [...this.#unwritten] : [...this.#alerts.keys()]
    const states = patients.map((patientId) => this.#stateRecord(patientId))
    const alerts = [...this.#alerts.values()].flat().map((alert) => outbound('alerts', alert))
    this.#alerts.clear()
    for (const patientId of patients) this.#unwritten.delete(patientId)
    return { states, alerts }
  }

  #stateRecord(patientId: string): Outbound {
    const state = this.#states.get(patientId) ?? freshState(patientId)
    const outbox = (this.#alerts.get(patientId) ?? []).map((alert) => encodeRecord('alerts', alert))
    return outbound('alert-state', { ...state, outbox })
  }
}
