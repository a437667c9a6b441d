import type { RequestBytes } from './kafka-bytes.ts'

/** Understood by brokers from 2.3 to today's; later versions bring nothing that is used here. */
export const FETCH = { key: 1, version: 11 } as const

/** From where a partition is to be read. */
export interface FetchFrom {
  /** the topic's full name */
  name: string
  partition: number
  position: number
}

export interface FetchBounds {
  /** How long the broker may wait for something to come. */
  maxWaitMs: number
  maxBytes: number
  maxPartitionBytes: number
}

const READ_COMMITTED = 1
const NONE = -1

/** The broker fills its answer in the order of `wanted`, so what is needed most stands first. */
export function writeFetch(to: RequestBytes, wanted: readonly FetchFrom[], bounds: FetchBounds): void {
  to.int32(NONE).int32(bounds.maxWaitMs).int32(1).int32(bounds.maxBytes).int8(READ_COMMITTED)
  // No fetch session: each request says all.
  to.int32(0).int32(NONE)
  const runs = inRuns(wanted)
  to.int32(runs.length)
  for (const run of runs) {
    to.string(run[0]?.name ?? '').int32(run.length)
    for (const { partition, position } of run) {
      to.int32(partition).int32(NONE).int64(position).int64(NONE).int32(bounds.maxPartitionBytes)
    }
  }
  to.int32(0).string('')
}

/** Neighbours of one topic share its name. */
function inRuns(wanted: readonly FetchFrom[]): FetchFrom[][] {
  const runs: FetchFrom[][] = []
  for (const from of wanted) {
    const run = runs.at(-1)
    if (run !== undefined && run[0]?.name === from.name) run.push(from)
    else runs.push([from])
  }
  return runs
}
