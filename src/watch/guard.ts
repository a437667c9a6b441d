import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Access, bearerToken, type Identity } from './access.ts'
import type { Asked } from './audit-desk.ts'
import type { ClientEvents } from './events.ts'
import { type Deed, may } from './person.ts'
import { refusal, type Refusal } from './refusal.ts'
import { Sight } from './sight.ts'
import type { Ward } from './ward.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What asking this is; anyone: who has not signed in may ask too. */
    deed?: Deed | 'anyone'
  }
  interface FastifyRequest {
    /** Who asks; null where nobody needs to be known. */
    identity: Identity | null
  }
}

/** What each question of a screen is. One that is not here does not compile, and is refused. */
export const DEED_OF_EVENT = {
  watch: 'see-patients',
  'watch-feeds': 'see-feeds',
  acknowledge: 'answer-alerts',
  accept: 'answer-alerts',
  reject: 'answer-alerts',
  escalate: 'answer-alerts',
  shown: 'see-patients',
  'pause-audio': 'pause-audio',
  'resume-audio': 'pause-audio',
  'set-limit': 'set-limits',
  assign: 'assign-nurses',
  'leave-suggestion': 'set-limits',
  label: 'label-alerts',
  'playback-start': 'play-back',
  'playback-speed': 'play-back',
  'playback-stop': 'play-back',
} as const satisfies Record<keyof ClientEvents, Deed>

/** What a question is about, as far as that matters to who may ask it. */
interface About {
  patientId?: unknown
  alertId?: unknown
  unitId?: unknown
}

/** One place where every question passes: of the API and of the screens. Null: go on. */
export class Guard {
  readonly #access: Access
  readonly #ward: Ward
  /** Every address and what asking it is; of those outside /api/ null. */
  readonly listed: { method: string; url: string; deed: Deed | 'anyone' | null }[] = []

  readonly #audit: (asked: Asked) => void

  constructor(access: Access, ward: Ward, audit: (asked: Asked) => void) {
    this.#access = access
    this.#ward = ward
    this.#audit = audit
  }

  /** Whether a screen may ask this now. */
  event(identity: Identity, event: string, request: unknown): Refusal | null {
    const deed = Object.hasOwn(DEED_OF_EVENT, event) ? DEED_OF_EVENT[event as keyof ClientEvents] : null
    if (deed === null) return refusal('NOT_ALLOWED')
    const about = typeof request === 'object' && request !== null ? request : {}
    return this.#decided(identity, deed, event, about)
  }

  /** Hangs itself before every route below /api/; one that does not say its deed cannot be added. */
  routes(app: FastifyInstance, refuse: (reply: FastifyReply, refused: Refusal) => FastifyReply): void {
    app.decorateRequest('identity', null)
    app.addHook('onRoute', ({ url, method, config }) => {
      for (const one of [method].flat()) this.listed.push({ method: one, url, deed: config?.deed ?? null })
      if (url.startsWith('/api/') && config?.deed === undefined) throw new Error(`${url} does not say who may ask it`)
    })
    app.addHook('onRequest', async (request, reply) => {
      const refused = this.#request(request)
      return refused === null ? undefined : refuse(reply, refused)
    })
  }

  #request(request: FastifyRequest): Refusal | null {
    const { deed } = request.routeOptions.config
    const path = request.url.split('?', 1)[0] ?? ''
    if (deed === 'anyone' || (deed === undefined && !path.startsWith('/api/'))) return null
    const { cookie, authorization, origin } = request.headers
    const identity = this.#access.identify({ cookie, token: bearerToken(authorization) })
    if (identity === null) return refusal('UNAUTHORISED')
    // A browser that brings a session names the page that asks; http-doors.ts has seen that it is ours.
    if (identity.how === 'session' && !SAFE_METHODS.has(request.method) && origin === undefined)
      return refusal('ORIGIN_REFUSED')
    request.identity = identity
    this.#access.used(identity)
    // There is nothing at that address, which who is signed in may know.
    if (deed === undefined) return null
    const { patientId, id, unitId } = { ...(request.query as object), ...(request.params as object) } as Record<
      string,
      unknown
    >
    // By the route, not by the address as it was written: %61pi is api, too.
    const alertId = request.routeOptions.url?.startsWith('/api/alerts/') === true ? id : undefined
    const question = `${request.method} ${request.routeOptions.url ?? ''}`
    return this.#decided(identity, deed, question, { patientId, alertId, unitId })
  }

  /** Decides, and has it written down. */
  #decided(identity: Identity, deed: Deed, question: string, about: About): Refusal | null {
    const refused = this.#decide(identity, deed, about)
    const { patientId, alertId, unitId } = about
    const alert = typeof alertId === 'string' ? this.#ward.alerts.find(alertId) : undefined
    // Of a patient that is not there, what was asked for is anyone's text.
    const of = typeof patientId === 'string' && this.#ward.unitOf(patientId) !== null ? patientId : null
    this.#audit({
      ...{ identity, deed, question, refusedWith: refused?.code ?? null },
      patientId: alert?.patientId ?? of,
      unitId: typeof unitId === 'string' ? unitId.slice(0, 256) : null,
    })
    return refused
  }

  #decide({ person }: Identity, deed: Deed, { patientId, alertId, unitId }: About): Refusal | null {
    if (!may(person, deed)) return refusal('NOT_ALLOWED')
    const sight = new Sight(this.#ward, person)
    if (typeof unitId === 'string' && !sight.unit(unitId)) return refusal('NOT_ALLOWED')
    // Of others' patients is not even said that they are there.
    if (typeof patientId === 'string' && !sight.patient(patientId)) return refusal('PATIENT_UNKNOWN')
    const alert = typeof alertId === 'string' ? this.#ward.alerts.find(alertId) : undefined
    return alert !== undefined && !sight.alert(alert) ? refusal('ALERT_UNKNOWN') : null
  }
}

export const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Who asked; only behind a route that lets in nobody unknown. */
export function askedBy(request: FastifyRequest): Identity {
  if (request.identity === null) throw new Error('a route that anyone may ask knows nobody')
  return request.identity
}
