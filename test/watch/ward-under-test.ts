import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { io, type Socket } from 'socket.io-client'
import { SystemClock } from '../../src/clock.ts'
import { type Config, defaultConfig } from '../../src/config.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import type { Log } from '../../src/ingest/log.ts'
import { Metrics } from '../../src/metrics.ts'
import type { Archive } from '../../src/store/archive.ts'
import type { Answer, ClientEvents, ServerEvents } from '../../src/watch/events.ts'
import type { History } from '../../src/watch/history.ts'
import type { NamedHealth } from '../../src/stage.ts'
import { PeopleStore } from '../../src/watch/people-store.ts'
import type { Person } from '../../src/watch/person.ts'
import { SessionCookie } from '../../src/watch/session-cookie.ts'
import { Sessions } from '../../src/watch/session.ts'
import { createWatchStage, type WatchStage } from '../../src/watch/watch-stage.ts'

export type Client = Socket<ServerEvents, ClientEvents>

/** Longest wait for something that must happen. */
const PATIENCE_MS = 5_000

/** The watch stage over a real log and a real HTTP server on a free port. */
export interface WardUnderTest {
  log: Log
  stage: WatchStage
  metrics: Metrics
  url: string
  dataDir: string
  /** Health of the other stages. */
  others: NamedHealth[]
  /** `port`: of a line to it. */
  connect(options?: { token?: string; cookie?: string; transports?: string[]; port?: number }): Promise<Client>
  /** Gives a person an account, where there is none, and a session: the Cookie header of it. */
  cookieOf(person: Omit<Person, 'name'>): string
  /** Stops the stage and starts another on the same log, as a restart does. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** A clock that is so much behind: what is appended by it was appended then. */
export class PastClock extends SystemClock {
  agoMs = 0

  override nowMs(): number {
    return super.nowMs() - this.agoMs
  }
}

/** `story`: what the log has held for up to a day when the ward opens, told in the order of its times. */
export async function openWard(
  config: Partial<Config> = {},
  history: History | null = null,
  story: ((log: Log, clock: PastClock) => Promise<void>) | null = null,
): Promise<WardUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-watch-'))
  const clock = new SystemClock()
  const logger = pino({ level: 'silent' })
  const keeping = { retentionMs: story === null ? 3_600_000 : 86_400_000, retentionBytes: 1e9, syncMs: 200 }
  if (story !== null) {
    const past = new PastClock()
    const told = await openEmbeddedLog({ folder, partitions: 2, clock: past, logger, ...keeping })
    await story(told, past)
    await told.close()
  }
  const log = await openEmbeddedLog({ folder, partitions: 2, clock, logger, ...keeping })
  const others: NamedHealth[] = []
  const clients: Client[] = []
  const archive: Archive = {
    kind: 'pglite',
    write: () => Promise.reject(new Error('watch never writes to the archive')),
    query: () => Promise.reject(new Error('asked through history here')),
    close: () => Promise.resolve(),
  }
  const people = new PeopleStore(folder)
  const begin = async (): Promise<WatchStage> => {
    ward.metrics = new Metrics()
    const stage = createWatchStage({
      ...{ log, clock, logger, metrics: ward.metrics, stages: () => others },
      config: defaultConfig({ port: 0, dataDir: folder, ...config }),
      passwordCost: { ln: 10, r: 8, p: 1 },
      ...(history === null ? { archive: () => null } : { archive: () => archive, historyOf: () => history }),
    })
    await stage.start()
    ward.stage = stage
    ward.url = stage.address()
    await until(() => stage.health().state === 'running')
    return stage
  }
  const ward = {
    ...{ log, others, url: '', dataDir: folder, metrics: new Metrics() },
    connect: async ({
      token,
      cookie,
      transports = ['websocket'],
      port,
    }: Parameters<WardUnderTest['connect']>[0] = {}) => {
      const extraHeaders = cookie === undefined ? {} : { cookie }
      const rest = { forceNew: true, reconnection: false, auth: { token }, extraHeaders }
      const client: Client = io(port === undefined ? ward.url : `http://127.0.0.1:${port}`, { transports, ...rest })
      clients.push(client)
      await new Promise<void>((resolve, reject) => client.once('connect', resolve).once('connect_error', reject))
      return client
    },
    cookieOf: ({ id, roles, units }: Omit<Person, 'name'>) => {
      const { sessionIdleMs, sessionMs } = defaultConfig()
      const sessions = new Sessions(people, { idleMs: sessionIdleMs, longestMs: sessionMs }, clock)
      const at = { createdAtMs: 0, claimedAtMs: 0, lockedAtMs: null, subject: null, passwordHash: null }
      const account = {
        id,
        name: `Name of ${id}`,
        roles: [...roles],
        units: units === 'all' ? units : [...units],
        ...at,
      }
      people.change(() => people.accounts.putSync(id, account))
      const [pair = ''] = new SessionCookie('').given(sessions.start(id), sessionMs).split(';')
      return pair
    },
    restart: async () => {
      await ward.stage.stop()
      await begin()
    },
    close: async () => {
      for (const client of clients) client.disconnect()
      await ward.stage.stop()
      await people.close()
      await log.close()
      rmSync(folder, { recursive: true })
    },
  } as WardUnderTest
  await begin()
  return ward
}

/** The next payload of an event that passes; rejects when none comes. */
export function next<E extends keyof ServerEvents>(
  client: Client,
  event: E,
  passes: (payload: Parameters<ServerEvents[E]>[0]) => boolean = () => true,
): Promise<Parameters<ServerEvents[E]>[0]> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no ${event} came`)), PATIENCE_MS)
    client.onAny((name: string, payload: Parameters<ServerEvents[E]>[0]) => {
      if (name !== event || !passes(payload)) return
      clearTimeout(late)
      resolve(payload)
    })
  })
}

/** Asks as a screen does; a payload that the types forbid can be sent too. */
export function ask(
  client: Client,
  event: keyof ClientEvents,
  request: unknown,
): Promise<Answer<Record<string, never>>> {
  return client.timeout(PATIENCE_MS).emitWithAck(event, request as never) as Promise<Answer<Record<string, never>>>
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error('it never came true')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
