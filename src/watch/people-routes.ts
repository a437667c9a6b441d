import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AuditDesk } from './audit-desk.ts'
import { askedBy } from './guard.ts'
import { checked, refuse } from './http-doors.ts'
import * as requests from './people-requests.ts'
import type { Account } from './people-store.ts'
import type { People } from './people.ts'
import type { Refusal } from './refusal.ts'

interface PeopleRoutesOptions {
  people: People
  audit: AuditDesk
  /** Somebody's rights are others than before. */
  changed: () => void
}

/** What an admin sees and does of people. A link is answered once, to who made it, and never shown again. */
export function peopleRoutes(app: FastifyInstance, { people, audit, changed }: PeopleRoutesOptions): void {
  const written = (
    request: FastifyRequest,
    action: string,
    answer: { ok: true; account: Account } | Refusal,
    whom: string,
  ) => {
    const { person, how } = askedBy(request)
    const refusedWith = answer.ok ? null : answer.code
    audit.access(action, { userId: person.id, how, about: answer.ok ? answer.account.id : whom, refusedWith })
  }
  const linked = (
    request: FastifyRequest,
    reply: FastifyReply,
    answer: { ok: true; code: string; account: Account } | Refusal,
    page: string,
    whom: string,
  ): FastifyReply => {
    written(request, 'invite', answer, whom)
    if (!answer.ok) return refuse(reply, answer.code, answer)
    return reply.send({ ok: true, person: personView(answer.account), link: `/#/${page}/${answer.code}` })
  }
  const done = (
    request: FastifyRequest,
    reply: FastifyReply,
    action: string,
    answer: { ok: true; account: Account } | Refusal,
    whom: string,
  ): FastifyReply => {
    written(request, action, answer, whom)
    if (!answer.ok) return refuse(reply, answer.code, answer)
    changed()
    return reply.send({ ok: true, person: personView(answer.account) })
  }

  /** Of who answered an alert, every screen shows the name. */
  app.get('/api/names', { config: { deed: 'be-here' } }, (_request, reply) =>
    reply.send(Object.fromEntries(people.all().map(({ id, name }) => [id, name]))),
  )

  app.get('/api/people', { config: { deed: 'manage-people' } }, (_request, reply) =>
    reply.send(people.all().map(personView)),
  )

  app.post('/api/people', { config: { deed: 'manage-people' } }, (request, reply) => {
    const body = checked(reply, requests.inviteBody, request.body)
    if (body === null) return reply
    const { account, rights } = body.value
    return linked(request, reply, people.invite(account, rights ?? null), 'welcome', account)
  })

  app.post('/api/people/kiosk', { config: { deed: 'manage-people' } }, (request, reply) => {
    const body = checked(reply, requests.kioskBody, request.body)
    if (body === null) return reply
    const { unitId } = body.value
    return linked(request, reply, people.inviteKiosk(unitId), 'kiosk-link', unitId)
  })

  app.post('/api/people/:account/rights', { config: { deed: 'manage-people' } }, (request, reply) => {
    const params = checked(reply, requests.accountParams, request.params)
    const body = params === null ? null : checked(reply, requests.rightsBody, request.body)
    if (params === null || body === null) return reply
    const { account } = params.value
    return done(request, reply, 'change-rights', people.change(account, body.value), account)
  })

  for (const [deed, act] of [
    ['lock', (account: string) => people.lock(account)],
    ['unlock', (account: string) => people.unlock(account)],
  ] as const)
    app.post(`/api/people/:account/${deed}`, { config: { deed: 'manage-people' } }, (request, reply) => {
      const params = checked(reply, requests.accountParams, request.params)
      if (params === null) return reply
      return done(request, reply, `${deed}-account`, act(params.value.account), params.value.account)
    })
}

/** A person as the people page shows one: no digest, no subject. */
export interface PersonView {
  id: string
  name: string
  roles: Account['roles']
  units: Account['units']
  state: 'active' | 'invited' | 'locked'
  /** Signed in by the hospital, not by a password. */
  ofHospital: boolean
}

function personView({ id, name, roles, units, claimedAtMs, lockedAtMs, subject }: Account): PersonView {
  const state = lockedAtMs !== null ? 'locked' : claimedAtMs === null ? 'invited' : 'active'
  return { id, name, roles, units, state, ofHospital: subject !== null }
}
