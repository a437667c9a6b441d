import { z } from 'zod'
import { BOARD_WAVEFORMS, MOST_BOARD_WAVEFORMS } from './board-waveforms.ts'

/** What screens and scripts may ask, checked at the door. Ids are opaque; their length is bounded. */
const id = z.string().min(1).max(256)
const timeMs = z.number().int().min(0).max(8_640_000_000_000_000)
const reason = z.string().max(1_000).optional()
const commandId = id.optional()
/** accepted, rejected or a word of the site's own */
const word = z.string().trim().min(1).max(64)
const speed = z.number().min(1).max(60)
/** Longest stretch of one playback or history answer. */
const STRETCH_MS = 31 * 86_400_000

const stretch = { fromMs: timeMs, toMs: timeMs }
const inOrder = ({ fromMs, toMs }: { fromMs: number; toMs: number }): boolean =>
  fromMs < toMs && toMs - fromMs <= STRETCH_MS

export const watchRequest = z.strictObject({
  unitId: z.string().max(256).optional(),
  patientId: id.optional(),
  sinceBedSequence: z.record(id, z.number().int().min(0)).optional(),
  waveforms: z.array(z.enum(BOARD_WAVEFORMS)).max(MOST_BOARD_WAVEFORMS).default(['ecg']),
})
export const watchFeedsRequest = z.strictObject({ on: z.boolean() })
export const acknowledgeRequest = z.strictObject({ alertId: id, commandId, reason })
export const acceptRequest = acknowledgeRequest
/** Who rejects or escalates says why: the next one has nothing else to go by. */
export const rejectRequest = z.strictObject({ alertId: id, commandId, reason: z.string().trim().min(1).max(1_000) })
export const escalateRequest = rejectRequest
/** A screen that has more says it in parts. */
const transitions = 500
export const shownRequest = z.strictObject({
  visible: z.boolean(),
  painted: z.array(z.strictObject({ id, atMs: timeMs })).max(transitions),
  standing: z.array(id).max(transitions),
  use: z
    .strictObject({ sound: z.boolean(), wall: z.boolean(), unitId: z.string().min(1).max(256).optional() })
    .optional(),
})
export const pauseAudioRequest = z.strictObject({
  patientId: id,
  durationMs: z.number().int().min(1_000).max(1_800_000),
  commandId,
})
export const resumeAudioRequest = z.strictObject({ patientId: id, commandId })
export const setLimitRequest = z
  .strictObject({
    patientId: id,
    code: z.string().min(1).max(64),
    low: z.number().nullable(),
    high: z.number().nullable(),
    commandId,
    /** Of one that was suggested, what it rests on. */
    reason,
  })
  .refine(({ low, high }) => low === null || high === null || low < high, 'low lies below high')
/** What a person is called: an account, or a name where there are no accounts yet. */
const assignee = z.string().trim().min(1).max(100)
export const assignRequest = z.strictObject({ patientId: id, assignee: assignee.nullable(), commandId })
/** The limit that is suggested to be changed stays as it is. */
export const leaveSuggestionRequest = z.strictObject({
  patientId: id,
  code: z.string().min(1).max(64),
  commandId,
  reason,
})
export const labelRequest = z.strictObject({ alertId: id, label: word, commandId, reason })
export const playbackStartRequest = z
  .strictObject({ patientId: id, ...stretch, speed })
  .refine(inOrder, 'fromMs lies before toMs, by 31 days at most')
export const playbackSpeedRequest = z.strictObject({ speed })
export const playbackStopRequest = z.object({})

/** Query strings arrive as text; empty text is no number. */
const asked = z.string().trim().min(1).pipe(z.coerce.number())
const askedTimeMs = asked.pipe(timeMs)
const from = { from: askedTimeMs, to: askedTimeMs }
const fromTo = ({ from: fromMs, to: toMs }: { from: number; to: number }): boolean => inOrder({ fromMs, toMs })
const ORDER = 'from lies before to, by 31 days at most'

export const wardQuery = z.strictObject({ unitId: z.string().max(256).optional() })
export const nursesQuery = wardQuery
export const alertsQuery = z.strictObject({
  limit: asked.pipe(z.number().int().min(1).max(1_000)).default(100),
  patientId: id.optional(),
})
export const deadLettersQuery = z.strictObject({ limit: asked.pipe(z.number().int().min(1).max(1_000)).default(100) })
export const patientParams = z.strictObject({ patientId: id })
export const alertOfBedParams = z.strictObject({ patientId: id, alertId: id })
/** A name, never a path. */
export const modelParams = z.strictObject({ name: z.string().regex(/^[a-z0-9-]{1,64}$/) })
export const modelCardQuery = z.strictObject({
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
export const alertParams = z.strictObject({ id })
export const acknowledgeBody = z.strictObject({ commandId, reason }).nullish()
export const trendsQuery = z
  .strictObject({
    code: z.string().min(1).max(64),
    ...from,
    points: asked.pipe(z.number().int().min(2).max(5_000)).default(300),
  })
  .refine(fromTo, ORDER)
export const riskTrendQuery = z
  .strictObject({ ...from, points: asked.pipe(z.number().int().min(2).max(5_000)).default(300) })
  .refine(fromTo, ORDER)
export const windowsQuery = z.strictObject(from).refine(fromTo, ORDER)

/** What was wrong, by field, without repeating what was sent. */
export function problemsOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ')
}
