import { int64At } from './kafka-bytes.ts'

export interface AbortedTransaction {
  producerId: number
  firstOffset: number
}

/** What a broker answered for one partition; its records lie in the response from `start` to `end`. */
export interface FetchedPartition {
  name: string
  partition: number
  errorCode: number
  /** the offset up to which the partition can be read: behind it lie transactions that are open */
  stableEnd: number
  aborted: readonly AbortedTransaction[]
  start: number
  end: number
}

export interface FetchResponse {
  errorCode: number
  partitions: FetchedPartition[]
}

const NONE_ABORTED: readonly AbortedTransaction[] = []

/** Reads a Fetch response, version 11. Throws RangeError on one that is cut short. */
export function readFetchResponse(response: Buffer): FetchResponse {
  const partitions: FetchedPartition[] = []
  const errorCode = response.readInt16BE(4)
  let at = 10
  let topicsLeft = response.readInt32BE(at)
  at += 4
  for (; topicsLeft > 0; topicsLeft--) {
    const nameLength = response.readInt16BE(at)
    const name = response.toString('latin1', at + 2, at + 2 + nameLength)
    at += 2 + nameLength
    let left = response.readInt32BE(at)
    at += 4
    for (; left > 0; left--) {
      const abortedCount = response.readInt32BE(at + 30)
      const aborted = abortedCount <= 0 ? NONE_ABORTED : readAborted(response, at + 34, abortedCount)
      const lengthAt = at + 34 + aborted.length * 16 + 4
      const start = lengthAt + 4
      const end = start + Math.max(0, response.readInt32BE(lengthAt))
      if (end > response.length) throw new RangeError('a fetch response is cut short')
      partitions.push({
        name,
        partition: response.readInt32BE(at),
        errorCode: response.readInt16BE(at + 4),
        stableEnd: int64At(response, at + 14),
        aborted,
        start,
        end,
      })
      at = end
    }
  }
  return { errorCode, partitions }
}

function readAborted(response: Buffer, at: number, count: number): AbortedTransaction[] {
  const aborted = Array.from({ length: count }, (_, index) => ({
    producerId: int64At(response, at + index * 16),
    firstOffset: int64At(response, at + index * 16 + 8),
  }))
  return aborted.sort((a, b) => a.firstOffset - b.firstOffset)
}
