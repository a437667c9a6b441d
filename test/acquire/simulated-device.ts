import type { DeviceReading } from '../../src/acquire/bed-source.ts'
import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { readingOf } from '../support/readings.ts'

export const BEGIN_MS = 1_700_000_000_000

/** What befalls the clock and the line of one device; times in seconds since the beginning. */
export interface DeviceLife {
  deviceId: string
  seed: number
  /** Between two messages. */
  periodMs: number
  lengthS: number
  /** How far the clock is ahead when we meet it, and what it gains. */
  aheadMs: number
  gainMsPerS: number
  steps: readonly { atS: number; byMs: number }[]
  /** Longest time under way while the line is well. */
  jitterMs: number
  /** Whether the line keeps the order, as TCP does. */
  ordered: boolean
  /** The line stands still; what waited comes at `pace` times its own pace, or at once. */
  pauses: readonly { atS: number; lengthS: number; pace: number }[]
}

/** A message as it came, and what only the simulation knows: when it was sent in truth. */
export interface SimulatedMessage extends DeviceReading {
  trueMs: number
}

/** The messages of a device in order of arrival. */
export function messagesOf(life: DeviceLife): SimulatedMessage[] {
  const random = seededRandom(life.seed)
  const messages: SimulatedMessage[] = []
  let previousMs = -Infinity
  for (let index = 0; index * life.periodMs < life.lengthS * 1_000; index++) {
    const atMs = Math.round(index * life.periodMs + random() * Math.min(300, life.periodMs / 10))
    // Most messages are quick, some are not; so it is with those that waited.
    const underWayMs = 10 + Math.round(life.jitterMs * random() ** 3)
    const leftMs = life.pauses.reduce((latestMs, pause) => Math.max(latestMs, afterPause(pause, atMs)), atMs)
    let receivedMs = leftMs + underWayMs
    if (life.ordered) receivedMs = Math.max(receivedMs, previousMs)
    previousMs = receivedMs
    const deviceTimeMs = BEGIN_MS + atMs + errorMs(life, atMs / 1_000)
    const reading = readingOf({ eventTimeMs: deviceTimeMs, sequence: index })
    reading.record.deviceId = life.deviceId
    messages.push({ receivedMs: BEGIN_MS + receivedMs, reading, trueMs: BEGIN_MS + atMs })
  }
  return messages.sort((one, other) => one.receivedMs - other.receivedMs)
}

/** How far the clock is ahead. */
export function errorMs({ aheadMs, gainMsPerS, steps }: DeviceLife, atS: number): number {
  return steps.reduce((sum, step) => sum + (step.atS <= atS ? step.byMs : 0), aheadMs + Math.round(gainMsPerS * atS))
}

function afterPause({ atS, lengthS, pace }: DeviceLife['pauses'][number], atMs: number): number {
  const waitedMs = atMs - atS * 1_000
  return waitedMs < 0 ? -Infinity : Math.round((atS + lengthS) * 1_000 + waitedMs / pace)
}
