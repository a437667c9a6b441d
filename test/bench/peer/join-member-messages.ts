/** What a member of the join is told on its command line. */
export interface MemberOptions {
  brokers: readonly string[]
  prefix: string
  partitions: number
  /** raw topic for the summaries; null: none are made */
  output: string | null
  shiftMs: number
  /** windows that begin here or later are the tail's and give no summary */
  endMs: number
}

/**
 * From a member: it has partitions (it then waits for `go`); it saw its first record; so many more summaries are in the log; how it
 * fared, before it ends.
 */
export type MemberSays =
  | { kind: 'assigned' }
  | { kind: 'first'; atMs: number }
  | { kind: 'written'; summaries: number }
  | { kind: 'stopped'; readings: number; windows: number; late: number; deadLetters: number; failure: string | null }

/** To a member. */
export type MemberHears = { kind: 'go' } | { kind: 'stop' }
