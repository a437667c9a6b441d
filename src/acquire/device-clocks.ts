import { type Reading } from '../reading.ts'
import { type DeviceReading } from './bed-source.ts'
import { type ClockOffset, observeClock, UNKNOWN_CLOCK } from './clock-offset.ts'
import { sentDeviceMs, stamped } from './stamped-reading.ts'

export interface ClockMove {
  deviceId: string
  fromOffsetMs: number
  toOffsetMs: number
}

/** What is known of the clocks of all devices, by device. Never changed in place. */
export type DeviceClocks = Readonly<Record<string, ClockOffset>>

export interface StampedReadings {
  readings: readonly Reading[]
  clocks: DeviceClocks
  /** In the order they were found. */
  moves: readonly ClockMove[]
}

/** Puts readings, in order of arrival, into event time. What is learned on the way comes back and is kept by the caller. */
export function stampReadings(
  arrived: readonly DeviceReading[],
  clocks: DeviceClocks,
  toleranceMs: number,
): StampedReadings {
  const learned: Record<string, ClockOffset> = { ...clocks }
  const moves: ClockMove[] = []
  const readings = arrived.map(({ receivedMs, reading }) => {
    const { deviceId } = reading.record
    const before = learned[deviceId] ?? UNKNOWN_CLOCK
    const { next, moved } = observeClock(before, sentDeviceMs(reading), receivedMs, toleranceMs)
    learned[deviceId] = next
    if (moved) moves.push({ deviceId, fromOffsetMs: before.offsetMs, toOffsetMs: next.offsetMs })
    return stamped(reading, next.offsetMs)
  })
  return { readings, clocks: learned, moves }
}
