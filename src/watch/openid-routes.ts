import type { FastifyInstance, FastifyReply } from 'fastify'
import { isHttps } from '../public-url.ts'
import type { AuditDesk } from './audit-desk.ts'
import { refuse } from './http-doors.ts'
import { CALLBACK, FLOW_MS, type OpenId } from './openid.ts'
import type { People } from './people.ts'
import { readCookie, type SessionCookie } from './session-cookie.ts'

interface OpenIdRoutesOptions {
  /** Null where the ward is told of no issuer. */
  openId: OpenId | null
  publicUrl: string
  people: People
  cookie: SessionCookie
  sessionMs: number
  audit: AuditDesk
}

const FLOW_COOKIE = 'vigil-openid'

/** To the hospital's sign-in and back. What went wrong is told by the page, to which the browser is sent in any case. */
export function openIdRoutes(app: FastifyInstance, options: OpenIdRoutesOptions): void {
  const { openId, publicUrl, people, cookie, sessionMs, audit } = options
  // It comes back from another site, and with that the cookie must come; Strict would hold it back.
  const attributes = `; Path=/api/openid; HttpOnly; SameSite=Lax${isHttps(publicUrl) ? '; Secure' : ''}`
  const notLetIn = (reply: FastifyReply, code: string): FastifyReply => reply.redirect(`/#/not-let-in/${code}`)

  app.get('/api/openid/start', { config: { deed: 'anyone' } }, async (_request, reply) => {
    if (openId === null) return refuse(reply, 'ADDRESS_UNKNOWN')
    const begun = await openId.begin()
    if (!begun.ok) return notLetIn(reply, begun.code)
    const flow = `${FLOW_COOKIE}=${begun.flow}; Max-Age=${FLOW_MS / 1_000}${attributes}`
    return reply.header('set-cookie', flow).redirect(begun.location)
  })

  app.get(CALLBACK, { config: { deed: 'anyone' } }, async (request, reply) => {
    if (openId === null) return refuse(reply, 'ADDRESS_UNKNOWN')
    const ended = await openId.end(request.url, readCookie(request.headers.cookie, FLOW_COOKIE))
    const answer = ended.ok ? people.vouchedFor(ended.vouched) : ended
    const taken = `${FLOW_COOKIE}=; Max-Age=0${attributes}`
    if (!answer.ok) {
      const entry = { userId: 'unknown', how: 'unknown', about: request.ip, refusedWith: answer.code } as const
      audit.access('sign-in', entry)
      return notLetIn(reply.header('set-cookie', taken), answer.code)
    }
    audit.access('sign-in', { userId: answer.account.id, how: 'session', about: request.ip })
    return reply.header('set-cookie', [taken, cookie.given(answer.sessionId, sessionMs)]).redirect('/')
  })
}
