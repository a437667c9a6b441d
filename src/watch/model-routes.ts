import type { FastifyInstance } from 'fastify'
import { checked, refuse } from './http-doors.ts'
import type { ModelCards } from './model-cards.ts'
import * as requests from './requests.ts'

/** What a model is made from, how good it is for whom, and what it cannot do. */
export function modelRoutes(app: FastifyInstance, cards: ModelCards): void {
  app.get('/api/models/:name/card', { config: { deed: 'be-here' } }, async (request, reply) => {
    const params = checked(reply, requests.modelParams, request.params)
    const query = params === null ? null : checked(reply, requests.modelCardQuery, request.query)
    if (params === null || query === null) return reply
    const card = await cards.find(params.value.name, query.value.sha256)
    return card === null ? refuse(reply, 'MODEL_UNKNOWN') : reply.send(card)
  })
}
