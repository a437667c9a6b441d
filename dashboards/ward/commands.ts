import { signal } from '@preact/signals'
import type { AlertView } from '../../src/watch/events.ts'
import { ask } from '../app/connection.ts'
import { noticeFailure, say } from '../app/notice.ts'

/** Alerts whose acknowledgement is on its way. */
export const acknowledging = signal<ReadonlySet<string>>(new Set())

const PAUSE_MS = 120_000

/** The alert changes on the screen when its transition comes back from the log, as on every other screen. */
export async function acknowledge({ alertId, presence }: Pick<AlertView, 'alertId' | 'presence'>): Promise<void> {
  if (presence === 'acknowledged' || presence === 'off' || acknowledging.peek().has(alertId)) return
  acknowledging.value = new Set(acknowledging.peek()).add(alertId)
  const answer = await ask('acknowledge', { alertId })
  const rest = new Set(acknowledging.peek())
  rest.delete(alertId)
  acknowledging.value = rest
  if (!answer.ok) noticeFailure('Not acknowledged', answer)
}

/** Whose reason is being typed: the alert, what is answered, and where on the page. */
export const answering = signal<{ alertId: string; kind: 'reject' | 'escalate'; place: 'list' | 'page' } | null>(null)

export async function accept({ alertId }: Pick<AlertView, 'alertId'>): Promise<void> {
  const answer = await ask('accept', { alertId })
  if (!answer.ok) noticeFailure('Not accepted', answer)
}

/** Not by me, or not by me alone: it calls the next of the escalation list at once. */
export async function handOn(alertId: string, kind: 'reject' | 'escalate', reason: string): Promise<boolean> {
  const answer = await ask(kind, { alertId, reason })
  if (!answer.ok) noticeFailure(kind === 'reject' ? 'Not rejected' : 'Not escalated', answer)
  return answer.ok
}

export async function pauseAudio(patientId: string): Promise<void> {
  const answer = await ask('pause-audio', { patientId, durationMs: PAUSE_MS })
  if (!answer.ok) noticeFailure('Audio not paused', answer)
}

export async function resumeAudio(patientId: string): Promise<void> {
  const answer = await ask('resume-audio', { patientId })
  if (!answer.ok) noticeFailure('Audio not resumed', answer)
}

export async function label(alertId: string, given: 'accepted' | 'rejected'): Promise<void> {
  const answer = await ask('label', { alertId, label: given })
  if (answer.ok) say('Thank you. Your answer is kept with the alert.')
  else noticeFailure('Answer not kept', answer)
}
