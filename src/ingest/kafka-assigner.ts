import kafkajs, { type PartitionAssigner } from 'kafkajs'

const NAME = 'vigil-copartitioned'
const VERSION = 1

/** Gives a member the same partition numbers of all topics, so that it has every stream of its patients. */
export const copartitionedAssigner: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  async assign({ members, topics }) {
    const ids = members.map(({ memberId }) => memberId).sort()
    return ids.map((memberId, index) => {
      const assignment = Object.fromEntries(
        topics.map((topic) => {
          const numbers = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
          return [topic, numbers.filter((partition) => partition % ids.length === index).sort((a, b) => a - b)]
        }),
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
