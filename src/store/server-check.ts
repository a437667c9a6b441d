import pg from 'pg'
import { type Check, type Finding, broken, duration, notKnown, ok, some, warning } from '../check.ts'
import type { Clock } from '../clock.ts'
import { type Look, LookRefused, rowsOf, schemaFindings } from './sql-look.ts'

const CONNECT_MS = 5_000
const STATEMENT_MS = 5_000
/** Retention and the screens' history go by the server's time. */
const TOLERATED_CLOCK_MS = 1_000
/** by_range, which schemas/sql uses, came with this version. */
const LEAST_TIMESCALE = { major: 2, minor: 13 }
const ABOUT = 'database'

interface Server {
  version: string
  now: Date
  is_replica: boolean
  may_create: boolean
}
interface Extension {
  installed: string | null
  available: string
}

/** A TimescaleDB server, over one connection whose transactions only read. */
export function serverCheck(url: string, clock: Clock): Check {
  return {
    about: ABOUT,
    look: async (signal) => {
      const place = placeOf(url)
      if (place === null) {
        return [
          broken(
            ABOUT,
            '--database-url is no postgres:// address',
            'write it as postgres://user:password@host:5432/database',
          ),
        ]
      }
      const client = new pg.Client({
        connectionString: url,
        connectionTimeoutMillis: CONNECT_MS,
        statement_timeout: STATEMENT_MS,
        query_timeout: STATEMENT_MS,
        application_name: 'vigil doctor',
      })
      client.on('error', () => undefined)
      signal.addEventListener('abort', () => void client.end().catch(() => undefined))
      try {
        await client.connect()
        await client.query('begin transaction read only')
        return await inside((sql) => asked(client, sql), place, clock)
      } catch (error) {
        return [unreachable(error, place)]
      } finally {
        // A pooler may keep the session for the next one.
        await client.query('rollback').catch(() => undefined)
        await client.end().catch(() => undefined)
      }
    },
  }
}

/** Host and database of an address; never who signs in, and with what. */
function placeOf(url: string): string | null {
  try {
    const { protocol, hostname, port, pathname, searchParams } = new URL(url)
    if (protocol !== 'postgres:' && protocol !== 'postgresql:') return null
    return `${searchParams.get('host') ?? hostname}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return null
  }
}

async function asked(client: pg.Client, sql: string): ReturnType<Look> {
  return { ok: true, rows: (await client.query<object>(sql)).rows }
}

async function inside(look: Look, place: string, clock: Clock): Promise<Finding[]> {
  const askedMs = clock.nowMs()
  const [server] = await rowsOf<Server>(
    look,
    `select current_setting('server_version') as version, clock_timestamp() as now, pg_is_in_recovery() as is_replica,
       has_schema_privilege(current_schema(), 'create') as may_create`,
  )
  const answeredMs = clock.nowMs()
  if (server === undefined) return [notKnown(ABOUT, `${place} says nothing of itself`)]
  const clockFinding = clockOf(server.now, askedMs, answeredMs)
  if (server.is_replica) {
    const saw = `${place} is a read-only replica`
    return [broken(ABOUT, saw, 'name the primary server in --database-url'), clockFinding]
  }
  if (!server.may_create) {
    const todo = 'grant create on its schema to the user of --database-url: migrations and policies need it'
    return [broken(ABOUT, `this user may make no tables on ${place}`, todo), clockFinding]
  }
  const extension = await timescale(look, place, server.version)
  const findings = [extension, clockFinding]
  if (extension.standing === 'broken') return findings
  const [there] = await rowsOf<{ there: boolean }>(
    look,
    `select exists (select from pg_extension where extname = 'timescaledb') as there`,
  )
  if (there?.there !== true) return findings
  return [...findings, ...(await schemaFindings(look)), ...(await failingJobs(look))]
}

/** TimescaleDB: there, new enough, and with the licence that compression and continuous aggregates need. */
async function timescale(look: Look, place: string, version: string): Promise<Finding> {
  const image = 'or take the image of docker-compose.yml'
  const [extension] = await rowsOf<Extension>(
    look,
    `select default_version as available, (select extversion from pg_extension where extname = name) as installed
       from pg_available_extensions where name = 'timescaledb'`,
  )
  const server = `PostgreSQL ${version.split(' ')[0] ?? version} at ${place}`
  if (extension === undefined) {
    const [own] = await rowsOf<Extension>(
      look,
      `select extversion as installed, extversion as available from pg_extension where extname = 'timescaledb'`,
    )
    if (own === undefined) return broken(ABOUT, `${server} has no TimescaleDB`, `install TimescaleDB there, ${image}`)
    return judged(own, server, image)
  }
  if (extension.installed === null) {
    const [preload] = await rowsOf<{ libraries: string }>(
      look,
      `select current_setting('shared_preload_libraries') as libraries`,
    )
    if (preload?.libraries.includes('timescaledb') !== true) {
      const todo = "set shared_preload_libraries = 'timescaledb' in postgresql.conf and start that server again"
      return broken(ABOUT, `${server} has TimescaleDB, but does not load it`, todo)
    }
  }
  return judged(extension, server, image)
}

function judged({ installed, available }: Extension, server: string, image: string): Finding {
  const version = installed ?? available
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < LEAST_TIMESCALE.major || (major === LEAST_TIMESCALE.major && minor < LEAST_TIMESCALE.minor)) {
    const least = `${LEAST_TIMESCALE.major}.${LEAST_TIMESCALE.minor}`
    return broken(ABOUT, `${server}: TimescaleDB ${version} is too old`, `update it to ${least} or newer, ${image}`)
  }
  return ok(
    ABOUT,
    `${server}, TimescaleDB ${version}${installed === null ? ', which the first start switches on' : ''}`,
  )
}

/** Compression, retention and aggregation are jobs of the server; one that fails fills the disk. */
async function failingJobs(look: Look): Promise<Finding[]> {
  try {
    const failing = await rowsOf<{ name: string }>(
      look,
      `select distinct jobs.proc_name || coalesce(' of ' || jobs.hypertable_name, '') as name
         from timescaledb_information.job_stats as stats join timescaledb_information.jobs as jobs using (job_id)
         where stats.last_run_status = 'Failed'`,
    )
    if (failing.length === 0) return []
    const todo = 'see timescaledb_information.job_errors; until it runs, nothing is forgotten or compressed there'
    return [warning('database jobs', `the last run failed of ${some(failing.map(({ name }) => name))}`, todo)]
  } catch {
    return [notKnown('database jobs', 'the server does not say how its jobs fare')]
  }
}

function clockOf(now: Date, askedMs: number, answeredMs: number): Finding {
  const about = 'database clock'
  const nowMs = now.getTime()
  // Right if its time lies between the question and the answer.
  const offMs = nowMs < askedMs ? askedMs - nowMs : Math.max(0, nowMs - answeredMs)
  if (offMs <= TOLERATED_CLOCK_MS) return ok(about, `within ${duration(offMs + answeredMs - askedMs)} of this machine`)
  const direction = nowMs < askedMs ? 'behind' : 'ahead of'
  const todo = 'let one time service (chrony or systemd-timesyncd) keep both clocks, from the same servers'
  return warning(about, `the database server is ${duration(offMs)} ${direction} this machine`, todo)
}

function unreachable(error: unknown, place: string): Finding {
  const code = error instanceof LookRefused ? error.sqlstate : codeOf(error)
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return broken(
        ABOUT,
        `${place} refuses connections`,
        'start PostgreSQL with TimescaleDB there, or correct --database-url',
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const todo = 'correct the name in --database-url; `database` is a name inside docker compose only'
      return broken(ABOUT, `${place}: the name is not known here`, todo)
    }
    case '28P01':
    case '28000':
      return broken(
        ABOUT,
        `${place} refuses the user or the password`,
        'correct them in --database-url, or pg_hba.conf there',
      )
    case '3D000':
      return broken(ABOUT, `there is no such database: ${place}`, 'make it there (createdb), or correct --database-url')
    case '53300':
      return broken(ABOUT, `${place} has no connection to spare`, 'raise max_connections there; Vigil needs 4')
    case '57P03':
      return broken(ABOUT, `${place} is still starting, or recovering`, 'wait, and ask again')
    default:
      return broken(ABOUT, `${place} does not answer (${code})`, 'look at its log, and at the network between')
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  return /timeout/i.test(error.message) ? 'too slow' : 'it ended the connection'
}
