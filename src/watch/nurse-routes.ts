import type { FastifyInstance } from 'fastify'
import { askedBy } from './guard.ts'
import { checked } from './http-doors.ts'
import type { Nurses } from './nurses.ts'
import { nursesQuery } from './requests.ts'
import { Sight } from './sight.ts'
import type { Ward } from './ward.ts'

/** Whom the patients of a unit can be given. Every screen asks: of who is assigned it says whether an account is there. */
export function nurseRoutes(app: FastifyInstance, { ward, nurses }: { ward: Ward; nurses: Nurses }): void {
  app.get('/api/nurses', { config: { deed: 'see-patients' } }, (request, reply) => {
    const query = checked(reply, nursesQuery, request.query)
    if (query === null) return reply
    return reply.send(nurses.view(new Sight(ward, askedBy(request).person), query.value.unitId))
  })
}
