import { LentRecord } from '../../src/ingest/fetched-record.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { readHeader, readRecord } from '../../src/ingest/record-check.ts'
import type { ErrorCode } from '../../src/errors.ts'
import type { ClosedWindow } from '../../src/join/patient-join.ts'
import { tumblingWindows } from '../../src/join/tumbling-windows.ts'
import { type JoinOutput, WindowedJoin } from '../../src/join/windowed-join.ts'
import type { JoinState, LateReading } from '../../src/reading.ts'
import { kept } from './kept-window.ts'

/** The settings that the join is asked with, in ms. */
export interface JoinSettings {
  sizeMs: number
  graceMs: number
  sourceIdleMs: number
  windowWaitMs: number
  futureToleranceMs: number
}

/** Whatever a record or the passing of time led to. */
export type Told =
  | { kind: 'window'; closed: ClosedWindow }
  | { kind: 'late'; late: LateReading }
  | { kind: 'dead'; record: LogRecord; code: ErrorCode }

/** The join of one partition as all property tests drive it: records as the log holds them in, outputs out. */
export class JoinUnderTest {
  readonly #join: WindowedJoin
  readonly #futureToleranceMs: number

  constructor(settings: JoinSettings, restored: ReadonlyMap<string, JoinState> = new Map()) {
    const { sizeMs, graceMs, sourceIdleMs, windowWaitMs, futureToleranceMs } = settings
    const windows = tumblingWindows({ sizeMs, graceMs })
    this.#join = new WindowedJoin({ windows, sourceIdleMs, windowWaitMs }, restored)
    this.#futureToleranceMs = futureToleranceMs
  }

  /** Lends the record's bytes, as a log may: they lie among others, and others lie there when the join is through with it. */
  receive(record: LogRecord): Told[] {
    const { topic, partition, offset, key, appendTimeMs, value } = record
    if (value === null) return this.#receive(record)
    const bytes = Buffer.concat([Buffer.alloc(1 + (offset % 3), 0xff), value, Buffer.alloc(2, 0xff)])
    const start = 1 + (offset % 3)
    const lent = new LentRecord({ topic, partition }, offset, key, appendTimeMs, bytes, start, start + value.length)
    const outputs = this.#receive(lent)
    bytes.fill(offset % 256)
    return outputs
  }

  #receive(record: LogRecord): Told[] {
    if (record.topic === 'patient-context') {
      const read = record.value === null ? null : readRecord('patient-context', record)
      if (read === null || read.ok) return told(this.#join.receiveContext(record, read?.record ?? null))
      return [...told(this.#join.receiveNothing(record)), { kind: 'dead', record, code: read.code }]
    }
    const read = readHeader(record, { futureToleranceMs: this.#futureToleranceMs })
    if (read.ok && read.timing !== 'ahead') return told(this.#join.receive(read.header))
    const code = read.ok ? 'TIME_AHEAD' : read.code
    return [...told(this.#join.receiveNothing(record)), { kind: 'dead', record, code }]
  }

  /** The log was read to `appendTimeMs`, all of it. */
  advance(appendTimeMs: number): Told[] {
    return told(this.#join.advance(appendTimeMs))
  }

  /** The streams are over. */
  end(appendTimeMs: number): Told[] {
    return told(this.#join.end(appendTimeMs))
  }

  get committable(): Readonly<Record<string, number>> {
    return this.#join.committable
  }

  get openWindows(): number {
    return this.#join.openWindows
  }
}

/** Each window is let go at once. */
function told(outputs: readonly JoinOutput[]): Told[] {
  return outputs.map((output) => (output.kind === 'window' ? { ...output, closed: kept(output.closed) } : output))
}
