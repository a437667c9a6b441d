import { type SeededRandom } from '../../src/acquire/seeded-random.ts'
import { clock } from '../live/ward-process.ts'
import { disturbedRun } from './disturbed-run.ts'
import { type Fault } from './fault.ts'
import { versions } from './next-version.ts'
import { type VigilProcess } from './vigil-process.ts'
import { tailOf, type Ward } from './ward.ts'

/** Both versions work side by side for as long before the next step. */
const TOGETHER_MS = 2_000

/**
 * One process after the other: first each is told what the next version writes (schemas/avro/next), then each becomes the next
 * version, and one goes back again, as when somebody has second thoughts.
 */
async function upgrade(ward: Ward, random: SeededRandom): Promise<readonly number[]> {
  const { prepared, next } = versions()
  const blowsMs: number[] = []
  const replace = async (old: VigilProcess | undefined, root: string): Promise<VigilProcess> => {
    blowsMs.push(clock.nowMs())
    const ending = await old?.end('SIGTERM')
    if (old !== undefined && ending?.code !== 0)
      ward.troubles.push(
        `a stop took ${Math.round(ending?.tookMs ?? 0)} ms and ended with ${ending?.code}: ${tailOf(old)}`,
      )
    // Who leaves and who comes are two changes: each divides the partitions anew.
    blowsMs.push(clock.nowMs())
    const replacement = await ward.join({ root })
    await clock.sleep(TOGETHER_MS * (0.5 + random()))
    return replacement
  }
  const [one, other] = ward.processes
  const [preparedOne, preparedOther] = [await replace(one, prepared), await replace(other, prepared)]
  const nextOne = await replace(preparedOne, next)
  await replace(preparedOther, next)
  await replace(nextOne, prepared)
  return blowsMs
}

/** A run in which one version was silent shows nothing. */
async function bothWrote(ward: Ward): Promise<void> {
  for (const topic of ['predictions', 'alerts', 'alert-state', 'join-state'] as const) {
    const writers = new Set<string>()
    for await (const { value } of ward.log.readAll(topic)) writers.add(value?.toString('hex', 0, 10) ?? '')
    if (writers.size !== 2) ward.troubles.push(`${writers.size} versions wrote to ${topic}`)
  }
}

export const ROLLING_UPGRADE: Fault = {
  name: 'rolling upgrade',
  recoversWithinMs: 5_000,
  run: (options) => disturbedRun(options, { strikes: upgrade, alsoHolds: bothWrote }),
}
