import type { SeededRandom } from '../../src/acquire/seeded-random.ts'
import { clock } from '../live/ward-process.ts'
import type { Fault } from './fault.ts'
import { versions } from './next-version.ts'
import { strikeAt, type StrikeTimes } from './strike.ts'
import { struckWard } from './struck-ward.ts'
import type { VigilProcess } from './vigil-process.ts'
import type { Ward } from './ward.ts'

/** Both versions work side by side for as long before the next step. */
const TOGETHER_MS = 2_000

/** A process leaves and one of another version comes: two changes, each divides the partitions anew. */
async function replace(ward: Ward, old: VigilProcess | undefined, root: string): Promise<[VigilProcess, number[]]> {
  const blowsMs = [clock.nowMs()]
  if (old !== undefined) await ward.stop([old])
  blowsMs.push(clock.nowMs())
  return [await ward.join({ root }), blowsMs]
}

/**
 * One process after the other: first each is told what the next version writes (schemas/avro/next), then each becomes the next
 * version, and one goes back again, as when somebody has second thoughts.
 */
async function upgrade(ward: Ward, random: SeededRandom): Promise<readonly number[]> {
  const { prepared, next } = versions()
  const blowsMs: number[] = []
  const step = async (old: VigilProcess | undefined, root: string): Promise<VigilProcess> => {
    const [replacement, replacedMs] = await replace(ward, old, root)
    blowsMs.push(...replacedMs)
    await clock.sleep(TOGETHER_MS * (0.5 + random()))
    return replacement
  }
  const [one, other] = ward.processes.filter(({ running }) => running)
  const [preparedOne, preparedOther] = [await step(one, prepared), await step(other, prepared)]
  const nextOne = await step(preparedOne, next)
  await step(preparedOther, next)
  await step(nextOne, prepared)
  return blowsMs
}

/** Who was told what the next version writes stays told: the next strike begins with two of those. */
async function goBack(ward: Ward): Promise<readonly number[]> {
  const { prepared } = versions()
  const blowsMs: number[] = []
  for (const process of ward.processes.filter(({ running, root }) => running && root !== prepared))
    blowsMs.push(...(await replace(ward, process, prepared))[1])
  return blowsMs
}

/** A strike in which one version was silent shows nothing. */
async function bothWrote(ward: Ward, strikes: readonly StrikeTimes[]): Promise<string[][]> {
  const troubles = strikes.map((): string[] => [])
  for (const topic of ['predictions', 'alerts', 'alert-state', 'join-state'] as const) {
    const writers = strikes.map(() => new Set<string>())
    for await (const { value, appendTimeMs } of ward.log.readAll(topic))
      writers[strikeAt(strikes, appendTimeMs)]?.add(value?.toString('hex', 0, 10) ?? '')
    for (const [index, { size }] of writers.entries())
      if (size !== 2) troubles[index]?.push(`${size} versions wrote to ${topic}`)
  }
  return troubles
}

export const ROLLING_UPGRADE: Fault = {
  name: 'rolling upgrade',
  recoversWithinMs: 5_000,
  waits: false,
  run: (options) => struckWard(options, { strikes: upgrade, restore: goBack, alsoHolds: bothWrote }),
}
