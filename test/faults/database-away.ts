import { clock } from '../live/ward-process.ts'
import { stored } from '../live/stored.ts'
import type { Fault, Length, Struck, WardOfStrikes } from './fault.ts'
import { OUTPUT_TOPICS, outputsOf } from './outputs.ts'
import { strikeAt, type StrikeTimes } from './strike.ts'
import { struckWard } from './struck-ward.ts'
import type { VigilProcess } from './vigil-process.ts'
import { tailOf, type Ward } from './ward.ts'

const AWAY_MS: Readonly<Record<Length, number>> = { short: 4_000, usual: 30_000, long: 600_000 }
const CATCHES_UP_WITHIN_MS = 60_000
const QUERIES = {
  predictions: 'select id from predictions',
  alerts: 'select id from alerts',
  'late-readings': 'select id from late_readings',
  'dead-letter': 'select id from dead_letters',
} as const

/** Whether the archive has committed all results up to where their topics end now. */
async function archiveReaches({ log }: Ward): Promise<() => Promise<boolean>> {
  const ends = new Map(
    await Promise.all(OUTPUT_TOPICS.map(async (topic) => [topic, await log.endOffsets(topic)] as const)),
  )
  return async () => {
    const committed = await log.committed('vigil-store', OUTPUT_TOPICS)
    return [...ends].every(([topic, offsets]) =>
      offsets.every((end, partition) => end === 0 || (committed.get(partition)?.[topic] ?? 0) >= end),
    )
  }
}

/** How long the archive takes until it has all that the log has now. */
async function catchUp(ward: Ward): Promise<number> {
  const startedMs = clock.monotonicMs()
  const hasCaughtUp = await archiveReaches(ward)
  const tookMs = (): number => clock.monotonicMs() - startedMs
  while (tookMs() < CATCHES_UP_WITHIN_MS) {
    if (await hasCaughtUp()) return tookMs()
    await clock.sleep(250)
  }
  ward.troubles.push(`the archive does not catch up: ${ward.processes.map(tailOf).join(' | ')}`)
  return tookMs()
}

/** Every result has one row, and there is no row without a result: what is wrong, for each strike. */
async function rowsHold(
  ward: Ward,
  archive: VigilProcess | undefined,
  strikes: readonly StrikeTimes[],
): Promise<string[][]> {
  const results = await outputsOf(ward.log)
  const rows = await stored<{ id: string }>(archive?.dataDir ?? '', QUERIES)
  const troubles = strikes.map((): string[] => [])
  for (const topic of OUTPUT_TOPICS) {
    const writtenMs = new Map<string, number>()
    for (const result of results)
      if (result.topic === topic && !writtenMs.has(result.id)) writtenMs.set(result.id, result.appendTimeMs)
    const ids = (rows[topic] ?? []).map(({ id }) => id)
    const kept = new Set(ids)
    const missing = [...writtenMs].filter(([id]) => !kept.has(id)).map(([, atMs]) => strikeAt(strikes, atMs))
    for (const [index, own] of troubles.entries()) {
      const count = missing.filter((strike) => strike === index).length
      if (count > 0) own.push(`${topic}: ${count} rows missing`)
    }
    const other = [...kept].filter((id) => !writtenMs.has(id)).length
    const twice = ids.length - kept.size
    if (other + twice > 0) troubles.at(-1)?.push(`${topic}: ${twice} rows twice, ${other} of nothing in the log`)
  }
  return troubles
}

/**
 * The process with the embedded database is killed while it writes, and stays away. The alarm path must not notice; the
 * archive catches up when it is back.
 */
async function run(options: WardOfStrikes): Promise<readonly Struck[]> {
  let archive: VigilProcess | undefined
  const archivesMs: number[] = []
  const outcomes = await struckWard(options, {
    prepare: async (ward) => {
      archive = await ward.join({ args: ward.args('ingest,store') })
    },
    strikes: async (ward, _random, length) => {
      const killedMs = clock.nowMs()
      await archive?.end('SIGKILL')
      await clock.sleep(AWAY_MS[length])
      const backMs = clock.nowMs()
      await archive?.start()
      await catchUp(ward)
      archivesMs.push(clock.nowMs() - backMs)
      return [killedMs, backMs]
    },
    beforeStop: async (ward) => {
      // Alerts go on for as long as somebody watches the silence.
      await ward.stop(ward.processes.filter((process) => process !== archive))
      await catchUp(ward)
    },
    alsoHolds: (ward, strikes) => rowsHold(ward, archive, strikes),
  })
  return outcomes.map((outcome, index) => {
    if (outcome.kind === 'broken') return outcome
    // When it is back, both work on the same cores; that is no business of the archive.
    const [noticedMs = 0] = outcome.recoveriesMs
    const troubles = noticedMs > 0 ? [`the alarm path noticed: it waited for ${noticedMs} ms`] : []
    return { ...outcome, troubles: [...outcome.troubles, ...troubles], recoveryMs: archivesMs[index] ?? Infinity }
  })
}

export const DATABASE_AWAY: Fault = { name: 'database away', recoversWithinMs: 45_000, waits: true, run }
