import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Database } from './database.ts'

/** How often to look for jobs that are due. */
const LOOK_MS = 60_000

interface Job {
  job_id: number
  proc_name: string
  every_ms: number
}

export interface Maintenance {
  stop(): void
}

/**
 * Runs the database's policies (trends, compression, retention) where it has no scheduler of its own: each when its
 * schedule interval has gone by since this process ran it. One job at a time, so that batches come in between.
 */
export function maintain(database: Database, clock: Clock, logger: Logger): Maintenance {
  const ranAtMs = new Map<number, number>()
  const openedAtMs = clock.monotonicMs()
  let busy = false

  async function look(): Promise<void> {
    for (const job of await policies(database)) {
      const sinceMs = clock.monotonicMs() - (ranAtMs.get(job.job_id) ?? openedAtMs - job.every_ms)
      if (sinceMs < job.every_ms) continue
      ranAtMs.set(job.job_id, clock.monotonicMs())
      const startedMs = clock.monotonicMs()
      const outcome = await runJob(database, job.job_id)
      const tookMs = Math.round(clock.monotonicMs() - startedMs)
      if (outcome === null) logger.debug({ job: job.proc_name, tookMs }, 'a maintenance job ran')
      else logger.warn({ job: job.proc_name, sqlstate: outcome }, 'a maintenance job failed; it will be tried again')
    }
  }

  const timer = clock.every(LOOK_MS, () => {
    if (busy) return
    busy = true
    look()
      // The database is gone: whoever writes to it will notice and say so.
      .catch(() => undefined)
      .finally(() => {
        busy = false
      })
  })
  return { stop: () => timer.cancel() }
}

/** Runs one job now. Null when it went well, else the SQLSTATE. The id stands in the text: `call` takes no parameters here. */
export async function runJob(database: Database, jobId: number): Promise<string | null> {
  const answer = await database.script(`call run_job(${Math.trunc(jobId)})`)
  return answer.ok ? null : answer.sqlstate
}

async function policies(database: Database): Promise<Job[]> {
  const answer = await database.query(
    `select job_id::int, proc_name::text, (extract(epoch from schedule_interval) * 1000)::float8 as every_ms
     from timescaledb_information.jobs where proc_name like 'policy\\_%' and hypertable_name is not null
       and scheduled order by job_id`,
    [],
  )
  return answer.ok ? (answer.rows as Job[]) : []
}
