import kafkajs, { type PartitionAssigner } from 'kafkajs'
import { partitionShares } from './partition-shares.ts'

const NAME = 'vigil-copartitioned'
const VERSION = 1

/** How many records each partition number is behind, over all topics of the group; empty where it cannot be known now. */
export type Behind = () => Promise<ReadonlyMap<number, number>>

/** Gives a member the same partition numbers of all topics, so that it has every stream of its patients. */
export function copartitionedAssigner(behind: Behind): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    async assign({ members, topics }) {
      const ids = members.map(({ memberId }) => memberId).sort()
      const numbersOf = (topic: string): number[] =>
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
      const all = [...new Set(topics.flatMap(numbersOf))].sort((a, b) => a - b)
      const shares = partitionShares(all, ids.length, ids.length > 1 ? await behind() : new Map())
      return ids.map((memberId, index) => {
        const share = new Set(shares[index])
        const assignment = Object.fromEntries(
          topics.map((topic) => [topic, numbersOf(topic).filter((number) => share.has(number))]),
        )
        const memberAssignment = kafkajs.AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          assignment,
          userData: Buffer.alloc(0),
        })
        return { memberId, memberAssignment }
      })
    },
    protocol({ topics }) {
      const metadata = kafkajs.AssignerProtocol.MemberMetadata.encode({
        version: VERSION,
        topics,
        userData: Buffer.alloc(0),
      })
      return { name: NAME, metadata }
    },
  })
}
