import type { Bed } from './bed.ts'

/** What came of a bed that was to be given to somebody. */
export interface Given {
  patientId: string
  bedId: string
  /** Null: it is in force. */
  problem: string | null
}

/**
 * Gives every bed of one nurse to another, one after the other, and says of each what came of it. A bed that somebody else
 * has given away meanwhile is left as it is.
 */
export async function handOver(
  beds: readonly Bed[],
  from: string,
  to: string | null,
  assign: (patientId: string, assignee: string | null) => Promise<string | null>,
  told: (given: Given) => void,
): Promise<void> {
  const theirs = beds.filter((bed) => bed.assignment.peek()?.userId === from)
  for (const bed of theirs) {
    const still = bed.assignment.peek()?.userId === from
    const problem = still ? await assign(bed.patientId, to) : 'it was given to somebody else meanwhile'
    told({ patientId: bed.patientId, bedId: bed.bedId.peek(), problem })
  }
}
