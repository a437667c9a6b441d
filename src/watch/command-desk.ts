import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import type { Clock } from '../clock.ts'
import type { Log } from '../ingest/log.ts'
import { outbound } from '../ingest/outbound.ts'
import { isSettable } from '../raise/limit-band.ts'
import type { AlertCommand, AlertState, Limit } from '../records.ts'
import type { AppliedCommands } from './applied-commands.ts'
import { effectiveLimits } from './effective-limits.ts'
import { noisyLimit } from './limit-suggestion.ts'
import type { Nurses } from './nurses.ts'
import { type Refusal, refusal, refusalOf } from './refusal.ts'
import type { Ward } from './ward.ts'

interface CommandDeskOptions {
  log: Log
  ward: Ward
  applied: AppliedCommands
  nurses: Pick<Nurses, 'fits'>
  clock: Clock
  userId: string
}

/** A limit that a person sets without saying more: prompt response, and a value must stay outside for ten seconds. */
const LIMIT_DEFAULTS = { priority: 'medium', conditionDelayMs: 10_000 } as const satisfies Partial<Limit>

/** Raise takes a command within a fraction of a second. */
const IN_FORCE_MS = 2_000

type Done = { ok: true } | Refusal

interface Answering {
  alertId: string
  commandId?: string | undefined
  reason?: string | undefined
}

/** By what name a process says what its screens show: no two that run have the same. */
const PROCESS = `watch ${hostname()} ${process.pid}`

type Deed = Pick<AlertCommand, 'action'> & Partial<Omit<AlertCommand, 'action' | 'patientId'>>

/**
 * What a person does about an alert or a bed, put on `alert-commands`. The answer is yes once the command is in the log;
 * what it changes comes back to every screen as an alert.
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions
  #count = 0

  constructor(options: CommandDeskOptions) {
    this.#options = options
  }

  /** The same desk with another person at it. */
  of(userId: string): CommandDesk {
    return new CommandDesk({ ...this.#options, userId })
  }

  acknowledge(request: Answering): Promise<Done> {
    return this.#ofAlert(request, 'acknowledge', null)
  }

  async accept(request: Answering): Promise<Done> {
    const { responsible, presence } = this.#options.ward.alerts.find(request.alertId) ?? {}
    // The screen that asks has not heard yet that somebody was first; who accepts at the same moment hears it from the log.
    const isTaken = presence !== 'off' && typeof responsible === 'string' && responsible !== this.#options.userId
    return isTaken ? refusal('ALERT_ANSWERED') : this.#ofAlert(request, 'accept', null)
  }

  reject(request: Answering & { reason: string }): Promise<Done> {
    return this.#ofAlert(request, 'reject', null)
  }

  escalate(request: Answering & { reason: string }): Promise<Done> {
    return this.#ofAlert(request, 'escalate', null)
  }

  /** What this process says of its screens, in its own name. */
  async sayOfScreens(patientId: string, action: 'watched' | 'unwatched'): Promise<Done> {
    return this.#append(patientId, undefined, { action, userId: PROCESS })
  }

  label(request: Answering & { label: string }): Promise<Done> {
    return this.#ofAlert(request, 'label', request.label)
  }

  pauseAudio(request: { patientId: string; durationMs: number; commandId?: string | undefined }): Promise<Done> {
    const { patientId, durationMs, commandId } = request
    return this.#ofBed(patientId, commandId, { action: 'pause_audio', durationMs })
  }

  resumeAudio(request: { patientId: string; commandId?: string | undefined }): Promise<Done> {
    return this.#ofBed(request.patientId, request.commandId, { action: 'resume_audio' })
  }

  /** The answer is yes once the limit stands in the patient's state: from then on it is what values are checked against. */
  async setLimit(request: {
    patientId: string
    code: string
    low: number | null
    high: number | null
    commandId?: string | undefined
    reason?: string | undefined
  }): Promise<Done> {
    const { ward } = this.#options
    const { patientId, code, low, high, commandId, reason = null } = request
    const bed = ward.beds.view(patientId)
    // A limit that was set before keeps its delay, and one like the unit's has the unit's; the high band is the unit's own.
    const isIts = (one: Limit): boolean => one.code === code && one.priority === LIMIT_DEFAULTS.priority
    const unit = bed?.unitLimits?.find((one) => isIts(one) && one.low === low && one.high === high)
    const limit: Limit = { ...LIMIT_DEFAULTS, ...bed?.limits?.find(isIts), ...unit, code, low, high }
    if (!isSettable(limit)) return refusal('REQUEST_INVALID', 'no such limit can be set')
    const reached = await this.#reached(patientId, commandId, { action: 'set_limit', limit, reason })
    if (!reached.ok) return reached
    return this.#holds(reached.state, limit) ? { ok: true } : refusal('REQUEST_INVALID', 'the limit was not taken')
  }

  /** The answer is yes once it stands in the patient's state. Of two at the same moment the later one holds. */
  async assign(request: { patientId: string; assignee: string | null; commandId?: string | undefined }): Promise<Done> {
    const { ward, nurses } = this.#options
    const { patientId, assignee, commandId } = request
    if (!ward.beds.has(patientId)) return refusal('PATIENT_UNKNOWN')
    if (assignee !== null && !nurses.fits(assignee, ward.beds.unitOf(patientId))) return refusal('ASSIGNEE_UNKNOWN')
    const reached = await this.#reached(patientId, commandId, { action: 'assign', assignee })
    if (!reached.ok) return reached
    return (reached.state.assignment?.userId ?? null) === assignee
      ? { ok: true }
      : refusal('REQUEST_INVALID', 'somebody else was assigned at the same moment')
  }

  /** The patient's state once the command is in it. */
  async #reached(
    patientId: string,
    given: string | undefined,
    deed: Deed,
  ): Promise<{ ok: true; state: AlertState } | Refusal> {
    const { applied, clock } = this.#options
    const commandId = given ?? this.#commandId(patientId, deed, clock.nowMs())
    const state = applied.wait(commandId, IN_FORCE_MS)
    const sent = await this.#ofBed(patientId, commandId, deed)
    if (!sent.ok) return sent
    const reached = await state
    return reached === null ? refusal('COMMAND_UNCONFIRMED') : { ok: true, state: reached }
  }

  /** Of a limit that nobody suggests to change there is nothing to leave. */
  async leaveSuggestion(request: {
    patientId: string
    code: string
    commandId?: string | undefined
    reason?: string | undefined
  }): Promise<Done> {
    const { ward, clock } = this.#options
    const { patientId, code, commandId, reason = null } = request
    const bed = ward.beds.view(patientId)
    if (bed === null) return refusal('PATIENT_UNKNOWN')
    const nowMs = clock.nowMs()
    const noisy = noisyLimit(ward.noise, bed, nowMs, ward.readSinceMs ?? nowMs)
    const stays = bed.effectiveLimits?.find((one) => one.code === code && one.priority === LIMIT_DEFAULTS.priority)
    if (noisy?.code !== code || noisy.suggestion.to === null || stays === undefined)
      return refusal('REQUEST_INVALID', 'nothing is suggested for this limit')
    const otherSide = noisy.side === 'high' ? 'low' : 'high'
    return this.#ofBed(patientId, commandId, {
      action: 'leave_suggestion',
      limit: { ...stays, [otherSide]: null },
      reason,
    })
  }

  #holds(state: AlertState, limit: Limit): boolean {
    const now = effectiveLimits(state.limits).find(
      ({ code, priority }) => code === limit.code && priority === limit.priority,
    )
    return (now?.low ?? null) === limit.low && (now?.high ?? null) === limit.high
  }

  async #ofAlert(
    request: Answering,
    action: 'acknowledge' | 'accept' | 'reject' | 'escalate' | 'label',
    label: string | null,
  ): Promise<Done> {
    const { alertId, commandId, reason } = request
    const alert = this.#options.ward.alerts.find(alertId)
    if (alert === undefined) return refusal('ALERT_UNKNOWN')
    return this.#append(alert.patientId, commandId, { action, alertId, label, reason: reason ?? null })
  }

  async #ofBed(patientId: string, commandId: string | undefined, deed: Deed): Promise<Done> {
    if (!this.#options.ward.beds.has(patientId)) return refusal('PATIENT_UNKNOWN')
    return this.#append(patientId, commandId, deed)
  }

  async #append(patientId: string, commandId: string | undefined, deed: Deed): Promise<Done> {
    const { log, clock, userId } = this.#options
    const issuedAtMs = clock.nowMs()
    const command: AlertCommand = {
      patientId,
      userId,
      issuedAtMs,
      alertId: null,
      durationMs: null,
      limit: null,
      label: null,
      reason: null,
      assignee: null,
      ...deed,
      commandId: commandId ?? this.#commandId(patientId, deed, issuedAtMs),
    }
    try {
      await log.append([outbound('alert-commands', command)])
      return { ok: true }
    } catch (error) {
      const refused = refusalOf(error)
      if (refused === null) throw error
      return refused
    }
  }

  /** Two deeds are two commands, even of one person about one alert in one millisecond. */
  #commandId(patientId: string, { action, alertId }: Deed, issuedAtMs: number): string {
    const text = [this.#options.userId, patientId, action, alertId ?? '', issuedAtMs, this.#count++].join('|')
    return createHash('sha256').update(text).digest('hex').slice(0, 32)
  }
}
