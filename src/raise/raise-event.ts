import type { ErrorCode } from '../errors.ts'
import type { Alert, AlertCommand, AlertState, PatientContext, Prediction } from '../reading.ts'
import type { VitalsReading } from '../records.ts'

/** Where a record lay: what lies before `offset` on `topic` has been applied when `offset` is. */
interface Place {
  topic: string
  offset: number
  appendTimeMs: number
}

/** All that can change what is alarming at a bed. `ahead`: the reading's own time lies in the future and is not used. */
export type RaiseEvent =
  | (Place & { type: 'vitals'; reading: VitalsReading; timing: 'plausible' | 'ahead' })
  | (Place & { type: 'prediction'; prediction: Prediction })
  | (Place & { type: 'command'; command: AlertCommand })
  /** null: nobody is in the bed any more */
  | (Place & { type: 'context'; context: PatientContext | null })
  /**
   * Append time went by. Silence counts from `watchingSinceMs`: while nobody read the log, silence says nothing about
   * the bed, and a restart must not alarm for the time it was away.
   */
  | { type: 'time'; readThroughMs: number; watchingSinceMs: number }

export interface Transition {
  /** The same object when nothing changed. */
  state: AlertState
  /** In the order of their bed sequence. */
  alerts: readonly Alert[]
  /** Why a command was not followed; the state holds that it was seen. */
  refused: ErrorCode | null
}
