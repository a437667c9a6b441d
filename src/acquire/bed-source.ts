import type { Outbound, PatientContext, Reading } from '../reading.ts'

/** A reading as it came from a device: its clock is the device's, nothing is corrected yet (`clockOffsetMs` is 0). */
export interface DeviceReading {
  /** Wall-clock time at which the device's message reached us. */
  receivedMs: number
  reading: Reading
}

/**
 * One bed of a ward that is fed by this process. A pure function of its seed or files and of time, so that a feed that
 * was killed goes on where it stopped and sends the same readings.
 */
export interface BedSource {
  readonly patientId: string
  context(): PatientContext
  /** The readings received in `[fromMs, toMs)`, in the order they came; wall-clock milliseconds. */
  readings(fromMs: number, toMs: number): Promise<readonly DeviceReading[]>
}

/** How a reading becomes bytes for its topic; ingest has the codec, the pipeline hands it in. */
export interface Encode {
  reading(reading: Reading): Outbound
  context(context: PatientContext): Outbound
}

/** Where acquire leaves its records. Resolves when they are safe: in the log, or on disk while the log is away. */
export interface Publisher {
  publish(records: readonly Outbound[]): Promise<void>
}
