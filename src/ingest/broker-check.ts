import type { Logger } from 'pino'
import { type Finding, broken, ok, some, warning } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { kafkaClient } from './kafka-client.ts'
import { type BrokerView, KafkaView } from './kafka-view.ts'
import { type BrokerAddress, reachBroker } from './broker-address.ts'

export interface BrokerLook {
  findings: Finding[]
  /** Null while nothing more can be asked. */
  view: KafkaView | null
}

type Reached = { address: BrokerAddress; name: string } & ({ ok: true } | { ok: false; code: string })

/** Longer than three tries of the client; what listens there and stays silent is not Kafka. */
const ANSWER_MS = 8_000

/** Finds the brokers: by the addresses given, then by the addresses that they give themselves. */
export async function lookForBroker(config: Config, clock: Clock, logger: Logger): Promise<BrokerLook> {
  const reached = await Promise.all(config.kafkaBrokers.map((name) => reach(addressOf(name), name)))
  const alive = reached.filter((one) => one.ok)
  if (alive.length === 0) return { findings: reached.map(unreachable), view: null }

  const admin = kafkaClient(
    alive.map(({ name }) => name),
    logger,
  ).admin()
  const startedMs = clock.monotonicMs()
  const described = await Promise.race([
    admin
      .connect()
      .then(() => admin.describeCluster())
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
    clock.sleep(ANSWER_MS).then(() => `no answer in ${ANSWER_MS / 1_000} s`),
  ])
  if (typeof described === 'string') {
    void admin.disconnect().catch(() => undefined)
    return { findings: [silent(some(alive.map(({ name }) => name)), described)], view: null }
  }
  const tookMs = Math.round(clock.monotonicMs() - startedMs)
  const findings = [
    ...reached.filter((one) => !one.ok).map((one) => asWarning(unreachable(one))),
    ...(await advertised(described.brokers)),
    ...enough(described.brokers, config),
  ]
  const names = some(described.brokers.map(({ host, port }) => `${host}:${port}`))
  if (findings.length === 0) findings.push(ok('broker', `${names}, answered in ${tookMs} ms`))
  return { findings, view: new KafkaView(admin, config.topicPrefix, described.brokers, clock) }
}

/** `host`, `host:port` or `[::1]:port`. */
function addressOf(name: string): BrokerAddress {
  const [, host = name, port = '9092'] = /^(.*?)(?::(\d+))?$/.exec(name) ?? []
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

async function reach(address: BrokerAddress, name: string): Promise<Reached> {
  try {
    await reachBroker(address)
    return { ok: true, address, name }
  } catch (error) {
    return { ok: false, address, name, code: (error as NodeJS.ErrnoException).code ?? 'unknown' }
  }
}

function unreachable(reached: Reached): Finding {
  const code = reached.ok ? '' : reached.code
  const { name, address } = reached
  if (code === 'ECONNREFUSED')
    return broken(
      'broker',
      `${name} refuses connections`,
      'start Kafka there, or name where it runs in --kafka-brokers',
    )
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    // docker-compose.yml gives its services names of one word, which only its own network knows.
    const todo = /^[a-z0-9-]+$/.test(address.host)
      ? `run this inside docker compose, where ${address.host} is a name, or publish its port and name it by address`
      : 'correct the name in --kafka-brokers, or the name service of this machine'
    return broken('broker', `${name}: the name is not known here`, todo)
  }
  return broken('broker', `${name} cannot be reached (${code})`, 'open the way there: address, firewall, network')
}

/** What listens there, but gives the client no cluster: a broker with an address of its own that is not ours, or no Kafka. */
function silent(names: string, problem: string): Finding {
  const [elsewhere] = /(getaddrinfo|connect) E[A-Z_]+ \S+|connection timeout/i.exec(problem) ?? []
  if (elsewhere !== undefined) {
    const todo = 'set advertised.listeners of that broker to an address that is known here'
    return broken('broker', `${names} answers, and sends clients to where nothing is reached (${elsewhere})`, todo)
  }
  const todo = 'name a Kafka listener without TLS or sign-in in --kafka-brokers'
  return broken('broker', `${names} listens, but does not answer as Kafka: ${problem}`, todo)
}

/** Clients go on by the addresses that brokers say of themselves. */
async function advertised(brokers: readonly BrokerView[]): Promise<Finding[]> {
  const reached = await Promise.all(brokers.map((broker) => reach(broker, `${broker.host}:${broker.port}`)))
  return reached.flatMap((one) => {
    if (one.ok) return []
    const todo = 'set advertised.listeners of that broker to an address that is known here, or start it'
    return [broken('broker', `a broker calls itself ${one.name}, which cannot be reached (${one.code})`, todo)]
  })
}

function enough(brokers: readonly BrokerView[], { replicationFactor }: Config): Finding[] {
  if (replicationFactor <= brokers.length) return []
  const saw = `${brokers.length} brokers are there for ${replicationFactor} copies of each partition`
  return [broken('broker', saw, `start more brokers, or set --replication-factor ${brokers.length}`)]
}

function asWarning({ about, saw, todo = '' }: Finding): Finding {
  return warning(about, saw, todo)
}
