import type { Admin } from 'kafkajs'
import type { BrokerAddress } from './broker-fetch-loop.ts'

/** Who leads which partition, as the brokers say it now. */
export interface Leaders {
  /** how many partitions each topic has */
  partitions: ReadonlyMap<string, number>
  /** null while nobody leads it */
  leaderOf(place: { name: string; partition: number }): number | null
  addressOf(leader: number): BrokerAddress | null
}

/** Who is asked for leaders is asked for nothing else: it forgets all topics but those that were asked for last. */
export type LeadersAdmin = Pick<Admin, 'fetchTopicMetadata' | 'describeCluster'>

export async function kafkaLeaders(admin: LeadersAdmin, names: readonly string[]): Promise<Leaders> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] })
  const { brokers } = await admin.describeCluster()
  const leaders = new Map(
    topics.map(({ name, partitions }) => [
      name,
      new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader])),
    ]),
  )
  const addresses = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
  return {
    partitions: new Map(topics.map(({ name, partitions }) => [name, partitions.length])),
    leaderOf: ({ name, partition }) => {
      const leader = leaders.get(name)?.get(partition) ?? -1
      return leader < 0 ? null : leader
    },
    addressOf: (leader) => addresses.get(leader) ?? null,
  }
}
