import { join } from 'node:path'
import { STAGES } from './stage.ts'

export interface Declared<T> {
  /** Command-line name; the environment variable is derived from it: `windowSizeMs` is `--window-size-ms` and `VIGIL_WINDOW_SIZE_MS`. */
  flag: string
  env: string
  kind: 'integer' | 'fraction' | 'text' | 'choice' | 'list'
  fallback: T
  min?: number
  max?: number
  choices?: readonly string[]
  /** Never printed. */
  secret?: boolean
  says: string
}

const integer = (flag: string, fallback: number, min: number, max: number, says: string): Declared<number> => ({
  flag,
  env: envOf(flag),
  kind: 'integer',
  fallback,
  min,
  max,
  says,
})
const fraction = (flag: string, fallback: number, says: string): Declared<number> => ({
  ...integer(flag, fallback, 0, 1, says),
  kind: 'fraction',
})
const text = (flag: string, fallback: string, says: string, secret = false): Declared<string> => ({
  flag,
  env: envOf(flag),
  kind: 'text',
  fallback,
  says,
  secret,
})
const choice = <const C extends string>(
  flag: string,
  fallback: C,
  choices: readonly C[],
  says: string,
): Declared<C> => ({
  flag,
  env: envOf(flag),
  kind: 'choice',
  fallback,
  choices,
  says,
})
const list = (flag: string, fallback: readonly string[], says: string): Declared<readonly string[]> => ({
  flag,
  env: envOf(flag),
  kind: 'list',
  fallback,
  says,
})

const DAY_MS = 86_400_000

/** Every setting, once: the parser, `--help` and the table in README.md are made from this. */
export const SETTINGS = {
  host: text('host', '127.0.0.1', 'address the dashboard binds to; anything but loopback is a decision'),
  port: integer('port', 8080, 0, 65_535, 'port of the dashboard, the API and the metrics; 0 takes a free one'),
  dataDir: text('data', 'data', 'folder of the embedded log, the embedded database and the spool'),
  stages: list('stages', STAGES, 'stages this process runs'),
  token: text(
    'token',
    '',
    'when set, scripts get in with it as a bearer token, and nobody without it or an account',
    true,
  ),
  tokenRole: choice(
    'token-role',
    'admin',
    ['nurse', 'engineer', 'quality', 'admin'],
    'what the bearer of the token may',
  ),
  publicUrl: text(
    'public-url',
    '',
    'address by which people reach the ward through a proxy, as https://ward.example; its cookies are then for https alone',
  ),
  sessionIdleMs: integer(
    'session-idle-ms',
    4 * 3_600_000,
    60_000,
    7 * DAY_MS,
    'time without anything done, and with no page in sight, after which a person must sign in again',
  ),
  sessionMs: integer(
    'session-ms',
    12 * 3_600_000,
    60_000,
    30 * DAY_MS,
    'time after which a person must sign in again, whatever was done',
  ),
  oidcIssuer: text('oidc-issuer', '', 'OpenID Connect issuer that signs the hospital’s people in; empty: none'),
  oidcClientId: text('oidc-client-id', '', 'what the issuer calls this ward'),
  oidcClientSecret: text('oidc-client-secret', '', 'its secret there; empty: none', true),
  oidcRolesClaim: text(
    'oidc-roles-claim',
    'roles',
    'claim that holds a person’s roles by our names; dots lead into it',
  ),
  oidcUnitsClaim: text('oidc-units-claim', 'units', 'claim that holds a person’s units, or all'),
  logLevel: choice(
    'log-level',
    'warn',
    ['debug', 'info', 'warn', 'error', 'silent'],
    'least severe line written to standard error',
  ),
  metricsPort: integer('metrics-port', 0, 0, 65_535, 'port of /healthz and /metrics where no dashboard is; 0: none'),
  traceSample: fraction('trace-sample', 0, 'share of readings and windows that are traced; 0: none'),
  traceEndpoint: text('trace-endpoint', 'http://127.0.0.1:4318/v1/traces', 'where traces go, as OTLP over HTTP'),

  kafkaBrokers: list('kafka-brokers', [], 'host:port of Kafka brokers; empty: the embedded log'),
  topicPrefix: text('topic-prefix', '', 'put before every topic and consumer group name'),
  partitions: integer('partitions', 12, 1, 1_000, 'partitions of every topic; the same for all'),
  replicationFactor: integer(
    'replication-factor',
    1,
    1,
    9,
    'copies of each partition when topics are created on Kafka',
  ),
  mergeWaitMs: integer(
    'merge-wait-ms',
    10_000,
    0,
    60_000,
    'how long the join holds records for a topic whose broker does not answer; those that come later may be late',
  ),
  logRetentionMs: integer(
    'log-retention-ms',
    6 * 3_600_000,
    60_000,
    365 * DAY_MS,
    'age at which the embedded log forgets',
  ),
  logRetentionBytes: integer(
    'log-retention-bytes',
    4_000_000_000,
    1_000_000,
    1e15,
    'size at which the embedded log forgets its oldest',
  ),
  logSyncMs: integer('log-sync-ms', 200, 0, 60_000, 'how often the embedded log is forced to disk; 0: at every append'),

  demo: choice('demo', 'auto', ['auto', 'on', 'off'], 'demo ward; auto: on while the log is embedded'),
  demoBeds: integer('demo-beds', 8, 1, 512, 'beds of the demo ward'),
  demoSeed: integer('demo-seed', 42, 0, 2 ** 31 - 1, 'seed of the demo ward'),
  recordingsDir: text(
    'recordings',
    join('..', 'shared', 'data'),
    'folder of real recordings for the demo ward, where it is there',
  ),

  windowSizeMs: integer('window-size-ms', 10_000, 1_000, 600_000, 'size of a tumbling window'),
  windowGraceMs: integer('window-grace-ms', 2_000, 0, 600_000, 'event time a window stays open after its end'),
  sourceIdleMs: integer(
    'source-idle-ms',
    15_000,
    1_000,
    3_600_000,
    'append time without a record after which a source is idle',
  ),
  windowWaitMs: integer(
    'window-wait-ms',
    60_000,
    1_000,
    3_600_000,
    'append time after which a window closes whoever is missing',
  ),
  futureToleranceMs: integer(
    'future-tolerance-ms',
    60_000,
    0,
    DAY_MS,
    'how far event time may lie ahead of append time',
  ),
  joinQueueBytes: integer(
    'join-queue-bytes',
    64_000_000,
    1_000_000,
    1_000_000_000_000,
    'closed windows and late readings that may wait for their answer before the log is read on',
  ),

  models: list(
    'models',
    ['ward-hybrid'],
    'model folders to load, below models/ or by path; with :small behind it the smaller file that its card names',
  ),
  providers: list(
    'providers',
    ['cpu'],
    'execution providers in order of preference: cuda, tensorrt, webgpu, coreml, dml, cpu',
  ),
  predictBatch: integer('predict-batch', 32, 1, 1_024, 'most windows in one run of the model'),
  predictProcesses: integer(
    'predict-processes',
    1,
    1,
    64,
    'processes of each model; on the CPU each uses one core while windows close',
  ),
  predictDeadlineMs: integer(
    'predict-deadline-ms',
    2_000,
    10,
    60_000,
    'time after which a run of the model is given up',
  ),

  clockToleranceMs: integer('clock-tolerance-ms', 2_000, 0, 600_000, 'device clock error that is left alone'),
  feedIdleMs: integer(
    'feed-idle-ms',
    10_000,
    1_000,
    3_600_000,
    'silence after which a feed raises a technical condition',
  ),
  escalateMs: integer(
    'escalate-ms',
    60_000,
    1_000,
    3_600_000,
    'time after which an unanswered high alert is escalated',
  ),
  escalateTo: list(
    'escalate-to',
    ['charge nurse', 'ward physician', 'rapid response team'],
    'whom each level of escalation calls: a role or a person, the first level first',
  ),
  audioPauseMs: integer('audio-pause-ms', 120_000, 1_000, 1_800_000, 'longest audio pause'),

  databaseUrl: text(
    'database-url',
    '',
    'postgres:// address of a TimescaleDB server; empty: the embedded database',
    true,
  ),
  storeBatchRows: integer('store-batch-rows', 5_000, 1, 100_000, 'most rows written in one round trip'),
  storeIntervalMs: integer('store-interval-ms', 500, 10, 60_000, 'longest time a row waits for its batch'),
  mediaRetentionMs: integer(
    'media-retention-ms',
    DAY_MS,
    60_000,
    3_650 * DAY_MS,
    'age at which audio, video and waveforms are dropped',
  ),
  rowRetentionMs: integer(
    'row-retention-ms',
    90 * DAY_MS,
    60_000,
    36_500 * DAY_MS,
    'age at which numerics, windows and predictions are dropped',
  ),
} as const

/** The settings as rows of a Markdown table, for README.md and `--help`. */
export function settingsTable(): string {
  const rows = (Object.values(SETTINGS) as Declared<unknown>[]).map(
    ({ flag, env, fallback, min, max, choices, says }) => {
      const value = Array.isArray(fallback) ? fallback.join(',') : String(fallback)
      const range = choices !== undefined ? choices.join(', ') : min !== undefined ? `${min} to ${max}` : ''
      return `| \`--${flag}\` | \`${env}\` | ${value === '' ? '' : `\`${value}\``} | ${range} | ${says} |`
    },
  )
  return ['| setting | environment | default | range | what it does |', '|---|---|---|---|---|', ...rows].join('\n')
}

function envOf(flag: string): string {
  return `VIGIL_${flag.replaceAll('-', '_').toUpperCase()}`
}

export type SettingName = keyof typeof SETTINGS
