/**
 * Looks into the embedded log for the doctor, in a process of its own: LMDB maps the file into memory, and a damaged one ends
 * the process without a word.
 */
import { type Database, open } from 'lmdb'
import { partitionKey, recordKey, unpackRecord } from './embedded-layout.ts'
import { TOPIC_NAMES, type TopicName } from './topics.ts'

/** What the log says of itself. */
export interface EmbeddedLogLook {
  /** Null: nothing was written yet. */
  partitions: number | null
  lastAppendMs: number
  /** By topic, the first bytes of each partition's newest record in hexadecimal; null: a tombstone. */
  newest: { topic: TopicName; heads: (string | null)[] }[]
}

const HEAD_BYTES = 10

const [, , folder = ''] = process.argv
if (process.send !== undefined) process.send(look(folder), () => process.exit(0))

function look(path: string): EmbeddedLogLook {
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
  const root = open<Buffer, Buffer>({ path, ...binary, maxDbs: 8, readOnly: true })
  const meta: Database<Buffer, Buffer> | undefined = root.openDB<Buffer, Buffer>('meta', binary)
  const records: Database<Buffer, Buffer> | undefined = root.openDB<Buffer, Buffer>('records', binary)
  const partitions = meta?.get(Buffer.from('partitions'))?.readDoubleBE(0) ?? null
  const lastAppendMs = meta?.get(Buffer.from('lastAppendMs'))?.readDoubleBE(0) ?? 0
  const newest = TOPIC_NAMES.map((topic) => ({
    topic,
    heads: Array.from({ length: partitions ?? 0 }, (_, partition) => headsOf(records, topic, partition)).flat(),
  }))
  return { partitions, lastAppendMs, newest }
}

function headsOf(records: Database<Buffer, Buffer>, topic: TopicName, partition: number): (string | null)[] {
  const range = {
    start: recordKey(topic, partition, Number.MAX_SAFE_INTEGER),
    end: partitionKey(topic, partition),
    reverse: true,
    limit: 1,
  }
  return [...records.getRange(range)].map(
    ({ value }) => unpackRecord(topic, partition, 0, value).value?.toString('hex', 0, HEAD_BYTES) ?? null,
  )
}
