import { clock, eventually } from '../live/ward-process.ts'
import { DatabaseServer } from './database.ts'
import { disturbedRun } from './disturbed-run.ts'
import { type Fault, type Length, type Outcome, type RunOptions } from './fault.ts'
import { OUTPUT_TOPICS, outputsOf } from './outputs.ts'
import { type Ward } from './ward.ts'

const AWAY_MS: Readonly<Record<Length, number>> = { short: 4_000, usual: 30_000, long: 600_000 }
const CATCHES_UP_WITHIN_MS = 60_000
const TABLES = {
  predictions: 'predictions',
  alerts: 'alerts',
  'late-readings': 'late_readings',
  'dead-letter': 'dead_letters',
} as const

/** Whether the archive has committed all results up to where their topics end now. */
async function caughtUp({ log }: Ward): Promise<() => Promise<boolean>> {
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

/** Every result has one row, and there is no row without a result. */
async function rowsHold(ward: Ward, database: DatabaseServer): Promise<void> {
  const results = await outputsOf(ward.log)
  for (const topic of OUTPUT_TOPICS) {
    const wanted = new Set(results.filter((result) => result.topic === topic).map(({ id }) => id))
    const rows = await database.ids(TABLES[topic])
    const stored = new Set(rows)
    const missing = [...wanted].filter((id) => !stored.has(id)).length
    const other = [...stored].filter((id) => !wanted.has(id)).length
    const twice = rows.length - stored.size
    if (missing + other + twice > 0)
      ward.troubles.push(`${TABLES[topic]}: ${missing} rows missing, ${twice} twice, ${other} of nothing in the log`)
  }
}

/** The alarm path must not notice; the archive catches up when the database is back. */
async function run(options: RunOptions): Promise<Outcome> {
  const database = new DatabaseServer()
  let archiveMs = 0
  try {
    await database.start()
    const outcome = await disturbedRun(options, {
      prepare: async (ward) => {
        await ward.join({ args: [...ward.args('ingest,store'), `--database-url=${database.url}`] })
      },
      strikes: async (ward, _random, length) => {
        const killedMs = clock.nowMs()
        await database.kill()
        await clock.sleep(AWAY_MS[length])
        const backMs = clock.monotonicMs()
        await database.start()
        await eventually('the archive has caught up', CATCHES_UP_WITHIN_MS, await caughtUp(ward))
        archiveMs = clock.monotonicMs() - backMs
        return [killedMs]
      },
      alsoHolds: (ward) => rowsHold(ward, database),
    })
    if (outcome.recoveryMs > 0) return outcome
    return { ...outcome, recoveryMs: archiveMs }
  } finally {
    await database.remove()
  }
}

export const DATABASE_AWAY: Fault = { name: 'database away', recoversWithinMs: 45_000, run }
