import { writeFetch, FETCH } from './fetch-request.ts'
import { readFetchResponse } from './fetch-response.ts'
import { decompress, isCompressed, visibleBatches } from './fetched-batches.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { KeyCache } from './key-cache.ts'
import { recordsOf } from './record-batch.ts'
import type { TopicName } from './topics.ts'

/** What of a record tells who wrote it and when the log took it. */
export interface RecordHead {
  partition: number
  timestampMs: number
  /** The broker's own time; else the sender's. */
  isAppendTime: boolean
  /** First bytes of the value; null: a tombstone; 'unread': compressed in a way that is not unpacked here. */
  head: Buffer | null | 'unread'
}

/** Where to look in a topic: a partition and the offset from which records are wanted. */
export interface Place {
  partition: number
  offset: number
}

const HEAD_BYTES = 10
const LOG_APPEND_TIME = 0x08
const ANSWER_MS = 10_000
const MOST_BYTES = 16_777_216
/** A batch that is larger comes whole when it is the first. */
const PARTITION_BYTES = 65_536

/**
 * The records from places on, without a group; with a wait, until one is appended there or the time is over. Records that
 * were sent in one batch with them come too.
 */
export async function peek(
  connection: KafkaConnection,
  { name, topic }: { name: string; topic: TopicName },
  places: readonly Place[],
  waitMs = 0,
): Promise<readonly RecordHead[]> {
  const wanted = places.map(({ partition, offset }) => ({ name, partition, position: offset }))
  const bounds = { maxWaitMs: waitMs, maxBytes: MOST_BYTES, maxPartitionBytes: PARTITION_BYTES }
  const response = await connection.request(FETCH, waitMs + ANSWER_MS, (to) => writeFetch(to, wanted, bounds))
  const heads: RecordHead[] = []
  const keys = new KeyCache()
  for (const fetched of readFetchResponse(response).partitions) {
    const { partition } = fetched
    for (const batch of visibleBatches(response, fetched, 0).batches) {
      if (isCompressed(batch)) await decompress(batch)
      const isAppendTime = (batch.attributes & LOG_APPEND_TIME) !== 0
      let unread = false
      const records = recordsOf(
        batch,
        { of: { topic, partition }, from: 0, keys, bytes: 'kept' },
        () => (unread = true),
      )
      for (const { value, appendTimeMs } of records) {
        const head = unread ? 'unread' : (value?.subarray(0, HEAD_BYTES) ?? null)
        heads.push({ partition, timestampMs: appendTimeMs, isAppendTime, head })
      }
    }
  }
  return heads
}
