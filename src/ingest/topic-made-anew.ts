import type { Admin } from 'kafkajs'
import { askedAgain } from './asked-again.ts'

/** How far a reader had got in a partition: the offset it goes on from, and the newest append time it knew of before. */
export interface Mark {
  partition: number
  position: number
  lastMs: number
}

/**
 * Which partitions of a topic were made anew and have grown past where their reader goes on. What lies before that had all been
 * appended by `lastMs`; in a topic that was made anew everything was appended after it. (The client's protocol knows no ids of
 * topics.) Two questions for all partitions, as a rule.
 */
export async function madeAnew(
  admin: Pick<Admin, 'fetchTopicOffsetsByTimestamp'>,
  name: string,
  marks: readonly Mark[],
): Promise<ReadonlySet<number>> {
  const known = marks.filter(({ lastMs, position }) => lastMs > 0 && position > 0)
  if (known.length === 0) return new Set()
  const firstSince = async (timeMs: number): Promise<ReadonlyMap<number, number>> => {
    const found = await askedAgain(() => admin.fetchTopicOffsetsByTimestamp(name, timeMs))
    return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]))
  }
  const [oldest, early] = [await firstSince(0), await firstSince(Math.min(...known.map(({ lastMs }) => lastMs)) + 1)]
  const anew = new Set<number>()
  for (const { partition, position, lastMs } of known) {
    const first = oldest.get(partition)
    if (first === undefined || first >= position || early.get(partition) !== first) continue
    if ((await firstSince(lastMs + 1)).get(partition) === first) anew.add(partition)
  }
  return anew
}
