import { type KafkaWire } from './kafka-wire.ts'
import { type RecordHead, recordHeads } from './record-heads.ts'

/** Where to look in a topic: a partition and the offset from which records are wanted. */
export interface Place {
  partition: number
  offset: number
}

export type PeekedHead = RecordHead & { partition: number }

const FETCH = 1
/** The oldest version that Kafka 4 still answers, and that every Kafka since 0.11 does. */
const VERSION = 4
const MOST_BYTES = 16_777_216
/** A batch that is larger comes whole when it is the first. */
const PARTITION_BYTES = 65_536

/** The records from places on, without a group; with a wait, until one is appended there or the time is over. */
export async function peek(
  wire: KafkaWire,
  topic: string,
  places: readonly Place[],
  waitMs = 0,
): Promise<readonly PeekedHead[]> {
  const body = Buffer.alloc(17 + 4 + 2 + Buffer.byteLength(topic) + 4 + 16 * places.length)
  let at = body.writeInt32BE(-1, 0)
  at = body.writeInt32BE(waitMs, at)
  at = body.writeInt32BE(waitMs > 0 ? 1 : 0, at)
  at = body.writeInt32BE(MOST_BYTES, at)
  at = body.writeInt8(0, at)
  at = body.writeInt32BE(1, at)
  at = body.writeInt16BE(Buffer.byteLength(topic), at)
  at += body.write(topic, at)
  at = body.writeInt32BE(places.length, at)
  for (const { partition, offset } of places) {
    at = body.writeInt32BE(partition, at)
    at = body.writeBigInt64BE(BigInt(offset), at)
    at = body.writeInt32BE(PARTITION_BYTES, at)
  }
  return headsOf(await wire.ask(FETCH, VERSION, body), Buffer.byteLength(topic))
}

/** throttle time, one topic, its partitions: number, error, high watermark, stable offset, aborted transactions, records. */
function headsOf(answer: Buffer, topicBytes: number): PeekedHead[] {
  const heads: PeekedHead[] = []
  let at = 4 + 4 + 2 + topicBytes
  const partitions = answer.readInt32BE(at)
  at += 4
  for (let index = 0; index < partitions; index++) {
    const partition = answer.readInt32BE(at)
    at += 4 + 2 + 8 + 8
    at += 4 + 16 * Math.max(0, answer.readInt32BE(at))
    const bytes = Math.max(0, answer.readInt32BE(at))
    at += 4
    for (const head of recordHeads(answer.subarray(at, at + bytes))) heads.push({ ...head, partition })
    at += bytes
  }
  return heads
}
