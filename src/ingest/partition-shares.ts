/** With less than this to catch up with, who has which partitions makes no difference, and stays as it was. */
const WORTH_RECORDS = 100_000

/**
 * Which partitions each of `members` reads: as many as the others, one more or less. While much is to be caught up with, they are
 * dealt out so that all are through with it at about the same time: what is furthest behind first, to who has least yet
 * (longest processing time first, Graham 1969).
 */
export function partitionShares(
  partitions: readonly number[],
  members: number,
  behind: ReadonlyMap<number, number>,
): number[][] {
  const shares = Array.from({ length: members }, (): number[] => [])
  const records = (partition: number): number => behind.get(partition) ?? 0
  if (partitions.reduce((sum, partition) => sum + records(partition), 0) < WORTH_RECORDS) {
    for (const partition of partitions) shares[partition % members]?.push(partition)
  } else {
    const most = Math.ceil(partitions.length / members)
    const load = shares.map(() => 0)
    for (const partition of [...partitions].sort((a, b) => records(b) - records(a) || a - b)) {
      let to = -1
      for (let member = 0; member < members; member++) {
        const isFull = (shares[member]?.length ?? 0) >= most
        if (!isFull && (to < 0 || (load[member] ?? 0) < (load[to] ?? 0))) to = member
      }
      shares[to]?.push(partition)
      load[to] = (load[to] ?? 0) + records(partition)
    }
  }
  return shares.map((share) => share.sort((a, b) => a - b))
}
