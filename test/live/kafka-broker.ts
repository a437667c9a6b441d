import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'

export interface KafkaBroker {
  brokers: readonly string[]
  /** The same broker at its second address. */
  otherBrokers: readonly string[]
  /** Stops the broker at once, as a power cut would, and starts it again on the same data; null for one that is not ours. */
  restart: (() => Promise<{ start(): Promise<void> }>) | null
  /** Lets the broker hang, connections and all, until it is let go on; null for one that is not ours. */
  suspend: (() => () => void) | null
  stop(): Promise<void>
}

export type KafkaBrokerResult = { ok: true; broker: KafkaBroker } | { ok: false; missing: string }

const START_WITHIN_MS = 60_000

/**
 * A real single-node Kafka (KRaft) on a free port, or the one KAFKA_BROKERS names. Needs Java 17 and Maven. One of our own
 * listens at a second address of this machine as well, where there is one: `alsoAt` is its host, for clients that reach no other.
 * `javaOptions` say how the broker's own machine works.
 */
export async function startKafkaBroker(
  alsoAt: string | null = null,
  javaOptions: readonly string[] = [],
): Promise<KafkaBrokerResult> {
  const given = process.env['KAFKA_BROKERS']
  if (given !== undefined && given !== '') {
    return {
      ok: true,
      broker: {
        brokers: given.split(','),
        otherBrokers: [],
        restart: null,
        suspend: null,
        stop: async () => undefined,
      },
    }
  }
  const libs = findLibraries()
  if ('missing' in libs) return { ok: false, missing: libs.missing }
  const folder = mkdtempSync(join(tmpdir(), 'vigil-kafka-'))
  const [port, controllerPort, otherPort] = [await freePort(), await freePort(), await freePort()]
  const also = alsoAt === null ? null : `${alsoAt}:${otherPort}`
  const properties = join(folder, 'server.properties')
  writeFileSync(properties, propertiesOf(folder, port, controllerPort, also))
  const clusterId = `V${randomBytes(16).toString('base64url').slice(1)}`
  const format = await java(libs.classpath, ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties])
  if (format.status !== 0) throw new Error(`the broker's folder was not formatted: ${format.stderr.slice(-500)}`)
  let server = await start(libs.classpath, properties, javaOptions)
  const killAtExit = (): void => void server.kill('SIGKILL')
  process.on('exit', killAtExit)
  return {
    ok: true,
    broker: {
      brokers: [`127.0.0.1:${port}`],
      otherBrokers: also === null ? [] : [also],
      restart: async () => {
        await ended(server, 'SIGKILL')
        return { start: async () => void (server = await startAgain(libs.classpath, properties, javaOptions)) }
      },
      suspend: () => {
        const suspended = server
        suspended.kill('SIGSTOP')
        return () => void suspended.kill('SIGCONT')
      },
      stop: async () => {
        process.off('exit', killAtExit)
        await ended(server, 'SIGKILL')
        await rm(folder, { recursive: true, force: true })
      },
    },
  }
}

/** Kafka's libraries, from the cache or from Maven Central. */
function findLibraries(): { classpath: string } | { missing: string } {
  const version = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const major = Number(/version "(\d+)/.exec(version.stderr ?? '')?.[1] ?? 0)
  if (major < 17) return { missing: 'Java 17 or newer' }
  const cache = join(PACKAGE_ROOT, 'node_modules/.cache/kafka')
  if (!existsSync(cache)) {
    if (spawnSync('mvn', ['-v']).status !== 0) return { missing: 'Maven' }
    const draft = `${cache}.${process.pid}`
    mkdirSync(draft, { recursive: true })
    const pom = join(PACKAGE_ROOT, 'test/live/pom.xml')
    const copy = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${draft}`]
    const copied = spawnSync('mvn', copy, { encoding: 'utf8' })
    if (copied.status !== 0) {
      rmSync(draft, { recursive: true, force: true })
      return { missing: `Kafka from Maven Central (${copied.stdout.trim().split('\n')[0] ?? ''})` }
    }
    try {
      renameSync(draft, cache)
    } catch {
      // Another test process was faster.
      rmSync(draft, { recursive: true, force: true })
    }
  }
  return { classpath: join(cache, '*') }
}

function propertiesOf(folder: string, port: number, controllerPort: number, also: string | null): string {
  const other = also === null ? '' : `,OTHER://${also}`
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${other}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${other}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,OTHER:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'log.cleaner.dedupe.buffer.size': 8_388_608,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')
}

/** Now and then a broker that was killed does not come up; its operator would try again, and so do we. */
async function startAgain(...how: Parameters<typeof start>): Promise<ChildProcess> {
  try {
    return await start(...how)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return await start(...how)
  }
}

async function start(classpath: string, properties: string, javaOptions: readonly string[]): Promise<ChildProcess> {
  const options = ['-Xms256m', '-Xmx512m', ...javaOptions, '-cp', classpath]
  const server = spawn('java', [...options, 'kafka.Kafka', properties], { stdio: ['ignore', 'pipe', 'pipe'] })
  await new Promise<void>((resolve, reject) => {
    let tail = ''
    const fail = (why: string): void => {
      // What starts after all would write into a folder that is removed.
      server.kill('SIGKILL')
      reject(new Error(`the broker did not start (${why}): ${tail}`))
    }
    const timer = setTimeout(() => fail('too slow'), START_WITHIN_MS)
    server.once('exit', (code) => fail(`exit ${code}`))
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        const said = tail + text
        tail = said.slice(-4_000)
        if (!said.includes('Kafka Server started')) return
        clearTimeout(timer)
        resolve()
      })
    }
  })
  server.removeAllListeners('exit')
  return server
}

async function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exit = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  server.kill(signal)
  await exit
}

/** Whoever else works in this process is not kept waiting. */
async function java(classpath: string, args: string[]): Promise<{ status: number | null; stderr: string }> {
  const child = spawn('java', ['-cp', classpath, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, stderr }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error())))
    })
  })
}
