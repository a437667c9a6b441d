import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from './access.ts'
import type { AuditDesk } from './audit-desk.ts'
import { askedBy } from './guard.ts'
import { checked, refuse } from './http-doors.ts'
import type { Account } from './people-store.ts'
import type { People } from './people.ts'
import { deedsOf } from './person.ts'
import type { Refusal } from './refusal.ts'
import * as requests from './people-requests.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { Sessions } from './session.ts'
import type { SignIn } from './sign-in.ts'

interface SignInRoutesOptions {
  people: People
  access: Access
  sessions: Sessions
  cookie: SessionCookie
  signIn: SignIn
  sessionMs: number
  /** Whether the hospital's own sign-in can be asked. */
  hasOpenId: boolean
  audit: AuditDesk
  /** Somebody is out, or is in with an account where everyone was in before. */
  changed: () => void
}

const KIOSK_MS = 365 * 86_400_000

/** Signing in and out, and making an account the own by its link. */
export function signInRoutes(app: FastifyInstance, options: SignInRoutesOptions): void {
  const { people, access, sessions, cookie, signIn, sessionMs, audit, changed } = options

  /** Whom a refusal is of: what was typed may be a password that went into the wrong field. */
  const known = (id: string): string => (people.all().some((account) => account.id === id) ? id : 'unknown')

  const begun = (
    request: FastifyRequest,
    reply: FastifyReply,
    action: string,
    answer: { ok: true; account: Account; sessionId: string } | Refusal,
    { lastsMs = sessionMs, tried = '' } = {},
  ): FastifyReply => {
    const about = request.ip
    if (!answer.ok) {
      audit.access(action, { userId: known(tried), how: 'unknown', about, refusedWith: answer.code })
      return refuse(reply, answer.code, answer)
    }
    audit.access(action, { userId: answer.account.id, how: 'session', about })
    changed()
    return reply.header('set-cookie', cookie.given(answer.sessionId, lastsMs)).send({ ok: true })
  }

  app.get('/api/sign-in', { config: { deed: 'anyone' } }, (_request, reply) =>
    reply.send({ open: access.open, openIdConnect: options.hasOpenId }),
  )

  app.post('/api/sign-in', { config: { deed: 'anyone' } }, async (request, reply) => {
    const body = checked(reply, requests.signInBody, request.body)
    if (body === null) return reply
    const answer = await signIn.signIn({ ...body.value, address: request.ip })
    return begun(request, reply, 'sign-in', answer, { tried: body.value.account })
  })

  app.post('/api/sign-out', { config: { deed: 'be-here' } }, (request, reply) => {
    const { sessionKey, person, how } = askedBy(request)
    audit.access('sign-out', { userId: person.id, how, about: request.ip })
    if (sessionKey !== null) sessions.end(sessionKey)
    changed()
    return reply.header('set-cookie', cookie.taken()).send({ ok: true })
  })

  app.get('/api/me', { config: { deed: 'be-here' } }, (request, reply) => {
    const { person, how, endsAtMs, latestEndMs } = askedBy(request)
    return reply.send({ ...person, deeds: deedsOf(person), how, endsAtMs, latestEndMs })
  })

  app.post('/api/welcome/look', { config: { deed: 'anyone' } }, (request, reply) => {
    const body = checked(reply, requests.codeBody, request.body)
    if (body === null) return reply
    const invited = people.invited(body.value.code)
    if (!invited.ok) return refuse(reply, invited.code, invited)
    const { account } = invited
    return reply.send({ account: account?.id ?? null, name: account?.name ?? null, roles: account?.roles ?? ['admin'] })
  })

  app.post('/api/welcome', { config: { deed: 'anyone' } }, async (request, reply) => {
    const body = checked(reply, requests.welcomeBody, request.body)
    if (body === null) return reply
    const { code, account, name, password } = body.value
    return begun(request, reply, 'claim-account', await people.claim(code, { id: account, name, password }))
  })

  app.post('/api/welcome/kiosk', { config: { deed: 'anyone' } }, (request, reply) => {
    const body = checked(reply, requests.codeBody, request.body)
    if (body === null) return reply
    return begun(request, reply, 'claim-wall-screen', people.claimKiosk(body.value.code), { lastsMs: KIOSK_MS })
  })
}
