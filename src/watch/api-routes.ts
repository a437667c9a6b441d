import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../clock.ts'
import type { CommandDesk } from './command-desk.ts'
import type { History } from './history.ts'
import { askedBy } from './guard.ts'
import { checked, refuse } from './http-doors.ts'
import { statusOf } from './refusal.ts'
import * as requests from './requests.ts'
import { Sight } from './sight.ts'
import type { SystemWatch } from './system-watch.ts'
import type { Ward } from './ward.ts'

interface ApiOptions {
  ward: Ward
  system: SystemWatch
  commands: CommandDesk
  history: () => History | null
  clock: Clock
}

/**
 * The JSON API. What is now comes from the log; what was comes from the archive, and is 503 while that is away. Each route
 * says what asking it is; guard.ts lets through who may.
 */
export function apiRoutes(app: FastifyInstance, { ward, system, commands, history, clock }: ApiOptions): void {
  const sightOf = (request: FastifyRequest): Sight => new Sight(ward, askedBy(request).person)

  app.get('/api/ward', { config: { deed: 'see-patients' } }, (request, reply) => {
    const query = checked(reply, requests.wardQuery, request.query)
    return query === null ? reply : reply.send(sightOf(request).board(system.view(), query.value))
  })

  app.get('/api/alerts', { config: { deed: 'see-patients' } }, (request, reply) => {
    const query = checked(reply, requests.alertsQuery, request.query)
    return query === null ? reply : reply.send(sightOf(request).alerts(query.value.limit, query.value.patientId))
  })

  app.get('/api/feeds', { config: { deed: 'see-feeds' } }, (request, reply) =>
    reply.send(sightOf(request).feeds(clock.nowMs())),
  )

  app.get('/api/dead-letters', { config: { deed: 'see-dead-letters' } }, (request, reply) => {
    const query = checked(reply, requests.deadLettersQuery, request.query)
    return query === null ? reply : reply.send(ward.deadLetters.newest(query.value.limit))
  })

  app.get('/api/beds/:patientId', { config: { deed: 'see-patients' } }, (request, reply) => {
    const params = checked(reply, requests.patientParams, request.params)
    if (params === null) return reply
    const bed = ward.beds.view(params.value.patientId)
    return bed === null ? refuse(reply, 'PATIENT_UNKNOWN') : reply.send(bed)
  })

  app.get('/api/beds/:patientId/trends', { config: { deed: 'read-history' } }, async (request, reply) => {
    const params = checked(reply, requests.patientParams, request.params)
    const query = params === null ? null : checked(reply, requests.trendsQuery, request.query)
    if (params === null || query === null) return reply
    const stored = history()
    if (stored === null) return refuse(reply, 'DATABASE_UNAVAILABLE')
    const { code, from, to, points } = query.value
    return reply.send(await stored.trend({ ...params.value, code, fromMs: from, toMs: to, points }))
  })

  app.get('/api/beds/:patientId/risk-trend', { config: { deed: 'read-history' } }, async (request, reply) => {
    const params = checked(reply, requests.patientParams, request.params)
    const query = params === null ? null : checked(reply, requests.riskTrendQuery, request.query)
    if (params === null || query === null) return reply
    const stored = history()
    if (stored === null) return refuse(reply, 'DATABASE_UNAVAILABLE')
    const { from, to, points } = query.value
    return reply.send(await stored.riskTrend({ ...params.value, fromMs: from, toMs: to, points }))
  })

  app.get('/api/beds/:patientId/stretches', { config: { deed: 'read-history' } }, async (request, reply) => {
    const params = checked(reply, requests.patientParams, request.params)
    if (params === null) return reply
    const stored = history()
    if (stored === null) return refuse(reply, 'DATABASE_UNAVAILABLE')
    const span = await stored.storedSpan(params.value.patientId)
    // A bare null would be sent as no body at all.
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(span))
  })

  app.get('/api/beds/:patientId/windows', { config: { deed: 'read-history' } }, async (request, reply) => {
    const params = checked(reply, requests.patientParams, request.params)
    const query = params === null ? null : checked(reply, requests.windowsQuery, request.query)
    if (params === null || query === null) return reply
    const stored = history()
    if (stored === null) return refuse(reply, 'DATABASE_UNAVAILABLE')
    return reply.send(await stored.windows({ ...params.value, fromMs: query.value.from, toMs: query.value.to }))
  })

  app.get('/api/alerts/:id/screens', { config: { deed: 'see-patients' } }, (request, reply) => {
    const params = checked(reply, requests.alertParams, request.params)
    if (params === null) return reply
    const { id } = params.value
    return ward.alerts.find(id) === undefined
      ? refuse(reply, 'ALERT_UNKNOWN')
      : reply.send(ward.deliveries.screensOf(id))
  })

  app.post('/api/alerts/:id/acknowledge', { config: { deed: 'answer-alerts' } }, async (request, reply) => {
    const params = checked(reply, requests.alertParams, request.params)
    const body = params === null ? null : checked(reply, requests.acknowledgeBody, request.body)
    if (params === null || body === null) return reply
    const answer = await commands
      .of(askedBy(request).person.id)
      .acknowledge({ alertId: params.value.id, ...body.value })
    if (answer.ok) return reply.send({ ok: true })
    return reply.code(statusOf(answer.code)).send({ code: answer.code, message: answer.message })
  })
}
