import kafkajs from 'kafkajs'
import { type KafkaBroker, startKafkaBroker } from '../live/kafka-broker.ts'
import { Network, withoutNamespaces } from './network.ts'

/**
 * A broker of a few beds that is started and killed again and again: what the best compiler and a collector of several threads cost
 * at every start never comes back here.
 */
const THRIFTY = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

/** A broker, and a network at which it listens. */
export interface Lane {
  broker: KafkaBroker
  /** null: no network namespaces can be made here. */
  network: Network | null
  /** Forgets the topics of a ward. */
  forget(prefix: string): Promise<void>
  close(): Promise<void>
}

/** Throws, saying what is missing, where no broker can be had. */
export async function openLane(number: number): Promise<Lane> {
  const network = withoutNamespaces() === null ? new Network(number) : null
  try {
    const started = await startKafkaBroker(network?.hostAddress ?? null, THRIFTY)
    if (!started.ok) throw new Error(`no broker: ${started.missing} is missing`)
    const { broker } = started
    return {
      broker,
      network,
      forget: (prefix) => forget(broker.brokers, prefix),
      close: async () => {
        await broker.stop()
        network?.remove()
      },
    }
  } catch (error) {
    network?.remove()
    throw error
  }
}

async function forget(brokers: readonly string[], prefix: string): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
    if (topics.length > 0) await admin.deleteTopics({ topics })
  } finally {
    await admin.disconnect()
  }
}
