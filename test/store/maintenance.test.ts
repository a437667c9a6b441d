import assert from 'node:assert/strict'
import { it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import type { Database } from '../../src/store/database.ts'
import { maintain } from '../../src/store/maintenance.ts'

const JOBS = [
  { job_id: 1, proc_name: 'policy_refresh_continuous_aggregate', every_ms: 300_000 },
  { job_id: 2, proc_name: 'policy_retention', every_ms: 3_600_000 },
]

/** A database that knows two jobs and writes down which were run. */
function databaseOf(ran: string[], sqlstate: string | null = null): Database {
  return {
    kind: 'pglite',
    schedulesJobs: false,
    query: () => Promise.resolve({ ok: true, rows: JOBS }),
    script: (sql) => {
      ran.push(sql)
      return Promise.resolve(sqlstate === null ? { ok: true, rows: [] } : { ok: false, sqlstate, message: '' })
    },
    close: () => Promise.resolve(),
  }
}

const minutes = (clock: ManualClock, count: number): Promise<void> => clock.advanceSettled(count * 60_000, 60_000)

it('runs each job soon after opening, then whenever its interval is over', async () => {
  const clock = new ManualClock()
  const ran: string[] = []
  const maintenance = maintain(databaseOf(ran), clock, pino({ level: 'silent' }))
  await minutes(clock, 1)
  assert.deepEqual(ran, ['call run_job(1)', 'call run_job(2)'])
  await minutes(clock, 60)
  assert.equal(ran.filter((sql) => sql === 'call run_job(1)').length, 13)
  assert.equal(ran.filter((sql) => sql === 'call run_job(2)').length, 2)
  maintenance.stop()
  const before = ran.length
  await minutes(clock, 60)
  assert.equal(ran.length, before)
})

it('goes on with the other jobs after one that failed', async () => {
  const clock = new ManualClock()
  const ran: string[] = []
  maintain(databaseOf(ran, 'XX000'), clock, pino({ level: 'silent' }))
  await minutes(clock, 6)
  assert.deepEqual(ran, ['call run_job(1)', 'call run_job(2)', 'call run_job(1)'])
})
