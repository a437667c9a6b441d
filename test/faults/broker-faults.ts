import { clock } from '../live/ward-process.ts'
import type { Fault, Length } from './fault.ts'
import type { Lane } from './lane.ts'
import { struckWard } from './struck-ward.ts'
import type { Ward } from './ward.ts'

const AWAY_MS: Readonly<Record<Length, number>> = { short: 12_000, usual: 30_000, long: 600_000 }

/** The broker dies as in a power cut and is started again on the same data. */
async function away(ward: Ward, awayMs: number): Promise<readonly number[]> {
  const stopped = await ward.lane.broker.restart?.()
  if (stopped === undefined) throw new Error('the broker is not ours to stop')
  await clock.sleep(awayMs)
  await stopped.start()
  return [clock.nowMs()]
}

const notOurs = (lane: Lane): string | null => (lane.broker.restart === null ? 'the broker is not ours to stop' : null)

export const BROKER_RESTARTED: Fault = {
  name: 'broker restart',
  recoversWithinMs: 15_000,
  waits: false,
  disturbsBroker: true,
  leftOut: notOurs,
  run: (options) => struckWard(options, { strikes: (ward) => away(ward, 0) }),
}

export const BROKER_AWAY: Fault = {
  name: 'broker away',
  recoversWithinMs: 15_000,
  waits: true,
  disturbsBroker: true,
  leftOut: notOurs,
  run: (options) => struckWard(options, { strikes: (ward, _random, length) => away(ward, AWAY_MS[length]) }),
}
