import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import kafkajs from 'kafkajs'
import type { FetchedPartition } from './fetch-response.ts'
import { batchesIn, compressionOf, isAbort, isControl, isTransactional, type RecordBatch } from './record-batch.ts'

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>
}

/** The client's registry: whoever needs snappy, lz4 or zstd registers it as the client's documentation says. */
const CODECS = kafkajs.CompressionCodecs as unknown as Readonly<Record<number, (() => Codec) | undefined>>
const GZIP = 1
/** A batch that unpacks to more was made to fill our memory: brokers take no batch over 8 MB, and media do not compress. */
const MOST_UNPACKED_BYTES = 134_217_728

/** What a fetch brought of one partition. */
export interface FetchedBatches {
  /** Those that hold records for readers: what was given up or only controls transactions is left out. */
  batches: RecordBatch[]
  /** the offset to read on from; what was left out is passed */
  next: number
  /** the first offset that was there */
  first: number
}

/** The batches of an answer that readers may see, in their order. */
export function visibleBatches(response: Buffer, fetched: FetchedPartition, position: number): FetchedBatches {
  const all = batchesIn(response, fetched.start, fetched.end)
  const next = all.reduce((offset, { lastOffset }) => Math.max(offset, lastOffset + 1), position)
  const first = all[0]?.baseOffset ?? position
  const aborted = [...fetched.aborted]
  const giveUp = new Set<number>()
  const batches = all.filter((batch) => {
    if (!isTransactional(batch)) return !isControl(batch) && batch.lastOffset >= position
    while ((aborted[0]?.firstOffset ?? Infinity) <= batch.lastOffset) giveUp.add(aborted.shift()?.producerId ?? -1)
    if (isControl(batch)) {
      if (isAbort(batch)) giveUp.delete(batch.producerId)
      return false
    }
    return !giveUp.has(batch.producerId) && batch.lastOffset >= position
  })
  return { batches, next, first }
}

export const isCompressed = (batch: RecordBatch): boolean => compressionOf(batch) !== 0

/** Opens a compressed batch; one that does not open says why. */
export async function decompress(batch: RecordBatch): Promise<void> {
  if (batch.records === null) return
  try {
    batch.records = await unpacked(compressionOf(batch), batch.records)
  } catch (error) {
    batch.records = null
    batch.unreadable = error instanceof Error ? error.message : String(error)
  }
}

async function unpacked(compression: number, bytes: Buffer): Promise<Buffer> {
  if (compression === GZIP) return promisify(gunzip)(bytes, { maxOutputLength: MOST_UNPACKED_BYTES })
  const codec = CODECS[compression]
  if (codec === undefined) throw new Error(`there is no compression number ${compression}`)
  return codec().decompress(bytes)
}
