import type { Reading } from '../reading.ts'
import type { DeviceReading } from './bed-source.ts'
import { type ClockOffset, HOLD_MS, observeClock, UNKNOWN_CLOCK } from './clock-offset.ts'
import { pacedOffsetMs, type Stamped } from './event-pace.ts'
import { sentDeviceMs, stamped } from './stamped-reading.ts'

export interface ClockMove {
  deviceId: string
  fromOffsetMs: number
  toOffsetMs: number
}

export interface DeviceClock extends ClockOffset {
  last: Stamped | null
}

/** What is known of the clocks of all devices, by device. Never changed in place. */
export type DeviceClocks = Readonly<Record<string, DeviceClock>>

/** A reading that waits for its device's clock to be judged. */
interface Waiting extends DeviceReading {
  /** What was known before anything that came in its millisecond: from there it can be read again. */
  before: DeviceClocks
}

export interface Stamping {
  clocks: DeviceClocks
  /** By device, in order of arrival. */
  waiting: ReadonlyMap<string, readonly Waiting[]>
}

export interface StampedReadings {
  readings: readonly Reading[]
  stamping: Stamping
  /** In the order they were found. */
  moves: readonly ClockMove[]
}

export function beginStamping(clocks: DeviceClocks): Stamping {
  return { clocks, waiting: new Map() }
}

/**
 * Puts readings, in order of arrival, into event time: all that came before `throughMs`, but for those of a device whose
 * clock is in doubt, which wait `HOLD_MS` at most and never for another device. What comes out does not depend on how the
 * arrivals are cut into calls. What is learned on the way comes back and is kept by the caller.
 */
export function stampReadings(
  arrived: readonly DeviceReading[],
  throughMs: number,
  { clocks, waiting }: Stamping,
  toleranceMs: number,
): StampedReadings {
  const run = new StampingRun(clocks, waiting, toleranceMs)
  for (const reading of arrived) run.take(reading)
  run.releaseDue(throughMs)
  return run.result()
}

/** Stamps what waits with what is known: for a feed that ends. */
export function stampWaiting(stamping: Stamping, toleranceMs: number): StampedReadings {
  return stampReadings([], Infinity, stamping, toleranceMs)
}

/** Where to go on after a crash so that nothing that waits is lost: what was received since is to be taken again. */
export function resumePoint(
  { clocks, waiting }: Stamping,
  throughMs: number,
): { fromMs: number; clocks: DeviceClocks } {
  let point = { fromMs: throughMs, clocks }
  for (const [oldest] of waiting.values())
    if (oldest !== undefined && oldest.receivedMs < point.fromMs)
      point = { fromMs: oldest.receivedMs, clocks: oldest.before }
  return point
}

class StampingRun {
  readonly #clocks: Record<string, DeviceClock>
  readonly #waiting: Map<string, readonly Waiting[]>
  readonly #toleranceMs: number
  readonly #readings: Reading[] = []
  readonly #moves: ClockMove[] = []
  /** Clocks as they were before the present millisecond of arrivals, where it changed them. */
  readonly #before = new Map<string, DeviceClock | undefined>()
  #receivedMs = -Infinity

  constructor(clocks: DeviceClocks, waiting: ReadonlyMap<string, readonly Waiting[]>, toleranceMs: number) {
    this.#clocks = { ...clocks }
    this.#waiting = new Map(waiting)
    this.#toleranceMs = toleranceMs
  }

  take(arrived: DeviceReading): void {
    const { receivedMs, reading } = arrived
    const { deviceId } = reading.record
    if (receivedMs !== this.#receivedMs) this.#before.clear()
    this.#receivedMs = receivedMs
    this.#releaseDueOf(deviceId, receivedMs)

    const clock = this.#clocks[deviceId] ?? { ...UNKNOWN_CLOCK, last: null }
    if (!this.#before.has(deviceId)) this.#before.set(deviceId, this.#clocks[deviceId])
    const { next, moved, verdict, stampMs } = observeClock(clock, sentDeviceMs(reading), receivedMs, this.#toleranceMs)
    this.#clocks[deviceId] = { ...next, last: clock.last }
    if (moved) this.#moves.push({ deviceId, fromOffsetMs: clock.offsetMs, toOffsetMs: next.offsetMs })
    if (verdict === 'doubtful') return this.#wait(deviceId, arrived)
    for (const held of this.#waiting.get(deviceId) ?? []) this.#stamp(held, next.offsetMs)
    this.#waiting.delete(deviceId)
    this.#stamp(arrived, stampMs)
  }

  releaseDue(nowMs: number): void {
    for (const deviceId of [...this.#waiting.keys()]) this.#releaseDueOf(deviceId, nowMs)
  }

  result(): StampedReadings {
    return {
      readings: this.#readings,
      stamping: { clocks: this.#clocks, waiting: this.#waiting },
      moves: this.#moves,
    }
  }

  #wait(deviceId: string, arrived: DeviceReading): void {
    const waiting = { ...arrived, before: this.#clocksBefore() }
    this.#waiting.set(deviceId, [...(this.#waiting.get(deviceId) ?? []), waiting])
  }

  #clocksBefore(): DeviceClocks {
    const before: Record<string, DeviceClock> = { ...this.#clocks }
    for (const [deviceId, clock] of this.#before) {
      if (clock === undefined) delete before[deviceId]
      else before[deviceId] = clock
    }
    return before
  }

  /** What has waited its time is stamped as if its clock had not moved: that is all that is known. */
  #releaseDueOf(deviceId: string, nowMs: number): void {
    const waiting = this.#waiting.get(deviceId) ?? []
    const rest = waiting.filter(({ receivedMs }) => nowMs - receivedMs < HOLD_MS)
    const offsetMs = this.#clocks[deviceId]?.offsetMs ?? 0
    for (const held of waiting.slice(0, waiting.length - rest.length)) this.#stamp(held, offsetMs)
    if (rest.length === 0) this.#waiting.delete(deviceId)
    else this.#waiting.set(deviceId, rest)
  }

  #stamp({ receivedMs, reading }: DeviceReading, offsetMs: number): void {
    const clock = this.#clocks[reading.record.deviceId] ?? { ...UNKNOWN_CLOCK, last: null }
    const sentMs = sentDeviceMs(reading)
    const pacedMs = pacedOffsetMs(clock.last, sentMs, receivedMs, offsetMs)
    this.#clocks[reading.record.deviceId] = {
      ...clock,
      last: { sentMs, receivedMs, eventMs: sentMs + pacedMs, offsetMs },
    }
    this.#readings.push(stamped(reading, pacedMs))
  }
}
