import kafkajs, { type Consumer, type Kafka } from 'kafkajs'
import { type Behind, copartitionedAssigner } from './kafka-assigner.ts'

/** Who is not heard of for so long is taken for dead by the group; the least that brokers allow. */
export const SESSION_MS = 6_000

/** What the coordinator answers to a member whose assignment is no longer the valid one. */
const FENCED = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID'])

/**
 * A consumer of a group. At the client's own waits a seek takes 5 s. A crash is not repaired by the client: the member starts afresh.
 */
export function groupConsumer(kafka: Kafka, groupId: string, behind: Behind): Consumer {
  return kafka.consumer({
    groupId,
    partitionAssigners: [copartitionedAssigner(behind)],
    maxWaitTimeInMs: 100,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: 10_000,
    heartbeatInterval: 500,
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => false },
  })
}

const joining = new WeakMap<Consumer, Promise<void>>()

/** Joins the group of what it has subscribed to; resolves when it has, or has crashed. */
export async function joinGroup(consumer: Consumer): Promise<void> {
  const joined = consumer.run({ autoCommit: false, eachBatch: async () => undefined })
  joining.set(consumer, joined)
  await joined.finally(() => joining.delete(consumer))
}

/**
 * Leaves the group and closes the connection. The client looks only before it joins whether it was stopped; stopped while it
 * joins, it would be a member whom nobody can stop any more and keep its partitions from all others. So it joins first, or fails to.
 */
export async function leaveGroup(consumer: Consumer): Promise<void> {
  await joining.get(consumer)?.catch(() => undefined)
  await consumer.disconnect()
}

/** Whether a commit failed because the partitions are another member's by now. */
export function isFenced(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof kafkajs.KafkaJSProtocolError && FENCED.has(cause.type)) return true
  }
  return false
}
