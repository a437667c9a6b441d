import type { SeededRandom } from '../../src/acquire/seeded-random.ts'
import { clock } from '../live/ward-process.ts'
import type { Fault, Length } from './fault.ts'
import { withoutNamespaces } from './network.ts'
import { struckWard } from './struck-ward.ts'
import type { Ward } from './ward.ts'

/** From less than the session timeout, so that nobody takes over, to long after. */
const CUT_MS: Readonly<Record<Length, readonly [least: number, most: number]>> = {
  short: [11_000, 13_000],
  usual: [3_000, 40_000],
  long: [60_000, 120_000],
}

/** A process that runs well and reaches no broker, and then does again, with all it wanted to say meanwhile. */
async function cut(ward: Ward, random: SeededRandom, length: Length): Promise<readonly number[]> {
  const { network } = ward.lane
  const namespace = ward.namespaces[0]
  if (network === null || namespace === undefined) throw new Error('no process is behind a cable of its own')
  const [least, most] = CUT_MS[length]
  const cutMs = clock.nowMs()
  network.cut(namespace)
  await clock.sleep(least + random() * (most - least))
  const mendedMs = clock.nowMs()
  network.mend(namespace)
  await clock.sleep(5_000)
  return [cutMs, mendedMs]
}

export const PARTITIONED: Fault = {
  name: 'network partition',
  recoversWithinMs: 15_000,
  waits: true,
  leftOut: (lane) => withoutNamespaces() ?? (lane.broker.otherBrokers.length > 0 ? null : 'the broker is not ours'),
  run: (options) => struckWard(options, { strikes: cut, behindCables: 1 }),
}
