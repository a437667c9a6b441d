import type { FetchBudget } from './fetch-budget.ts'
import type { FetchedPartition } from './fetch-response.ts'
import type { AnswerBuffers } from './answer-buffers.ts'
import type { FetchTarget, Release } from './fetch-target.ts'
import { decompress, type FetchedBatches, isCompressed, visibleBatches } from './fetched-batches.ts'

/** What is less than this share of an answer is copied out of it, so that it does not keep the whole of it in memory. */
const SMALL_SHARE = 0.25

/** A partition that was asked for, and from where. */
export interface Asked {
  target: FetchTarget
  position: number
}

/** What came for one of them. */
export interface Opened extends Asked, FetchedBatches {
  atEnd: boolean
  /** Whether something is there of which no batch came whole. */
  isCramped: boolean
  release(why: Release): void
}

export interface Answers {
  opened: Opened[]
  failed: { target: FetchTarget; errorCode: number }[]
}

/** Opens an answer: what came for whom, and what of it stays in memory until it has gone out. */
export async function openAnswers(
  response: Buffer,
  partitions: readonly FetchedPartition[],
  asked: readonly Asked[],
  { budget, buffers }: { budget: FetchBudget; buffers: AnswerBuffers | null },
): Promise<Answers> {
  // A partition may get nothing because its next batch did not fit beside the others; that says nothing of its end.
  const isBare = partitions.every(({ start, end }) => start === end)
  const answers: Answers = { opened: [], failed: [] }
  const sharing: Opened[] = []
  for (const [fetched, { target, position }] of paired(partitions, asked)) {
    if (fetched.errorCode !== 0) {
      answers.failed.push({ target, errorCode: fetched.errorCode })
      continue
    }
    const length = fetched.end - fetched.start
    const isSmall = length < response.length * SMALL_SHARE
    const own = isSmall ? Buffer.from(response.subarray(fetched.start, fetched.end)) : response
    const place = isSmall ? { ...fetched, start: 0, end: length } : fetched
    const visible = visibleBatches(own, place, position)
    let ownBytes = isSmall ? length : 0
    for (const batch of visible.batches) {
      if (!isCompressed(batch)) continue
      await decompress(batch)
      ownBytes += batch.records?.length ?? 0
    }
    const opened: Opened = {
      ...visible,
      target,
      position,
      atEnd: visible.next >= fetched.stableEnd || isBare,
      isCramped: length > 0 && visible.next === position,
      release: budget.hold(ownBytes, visible.batches.length),
    }
    answers.opened.push(opened)
    if (!isSmall) sharing.push(opened)
  }
  share(response, sharing, { budget, buffers })
  return answers
}

/** An answer stays in memory as a whole until the last of those who look into it has let go of it. */
function share(
  response: Buffer,
  sharing: readonly Opened[],
  { budget, buffers }: { budget: FetchBudget; buffers: AnswerBuffers | null },
): void {
  const parts = sharing.reduce((sum, { batches }) => sum + batches.length, 0)
  const release = budget.hold(response.length, parts, () => buffers?.give(response))
  for (const opened of sharing) {
    const releaseOwn = opened.release
    opened.release = (why) => {
      releaseOwn(why)
      release(why)
    }
  }
}

function* paired(
  partitions: readonly FetchedPartition[],
  asked: readonly Asked[],
): Generator<[FetchedPartition, Asked]> {
  const byName = new Map<string, Map<number, Asked>>()
  for (const each of asked) {
    const ofTopic = byName.get(each.target.name) ?? new Map<number, Asked>()
    byName.set(each.target.name, ofTopic.set(each.target.partition, each))
  }
  for (const fetched of partitions) {
    const found = byName.get(fetched.name)?.get(fetched.partition)
    if (found !== undefined) yield [fetched, found]
  }
}
