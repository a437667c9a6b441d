import type { ErrorCode } from '../errors.ts'
import type { AlertCommand } from '../records.ts'
import type { BedAlarms } from './bed-alarms.ts'

/** Makes somebody the one who looks after the patient, or nobody. It changes no alarm: who is called is not who may answer. */
export function assign(
  bed: BedAlarms,
  { assignee, userId }: Pick<AlertCommand, 'assignee' | 'userId'>,
  atMs: number,
): ErrorCode | null {
  if (assignee === '') return 'REQUEST_INVALID'
  bed.state.assignment = assignee === null ? null : { userId: assignee, byUserId: userId, atMs }
  return null
}
