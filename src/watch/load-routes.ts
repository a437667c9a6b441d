import type { FastifyInstance } from 'fastify'
import type { Clock } from '../clock.ts'
import { askedBy } from './guard.ts'
import { checked, refuse } from './http-doors.ts'
import { noisyLimit, type NoisyLimit } from './limit-suggestion.ts'
import { loadView } from './load-view.ts'
import * as requests from './requests.ts'
import type { Ward } from './ward.ts'

interface LoadRoutesOptions {
  ward: Ward
  clock: Clock
  /** Whether all that the log holds of the last day has been read. */
  whole: () => boolean
}

/** What the noisiest limit of one bed is; null: none raised anything. */
export interface BedNoiseView {
  asOfMs: number
  whole: boolean
  limit: NoisyLimit | null
}

/** How much the alarms ask of the nurses, and which limits raise the most of them: from the log alone. */
export function loadRoutes(app: FastifyInstance, { ward, clock, whole }: LoadRoutesOptions): void {
  app.get('/api/load', { config: { deed: 'see-load' } }, (request, reply) => {
    const query = checked(reply, requests.wardQuery, request.query)
    if (query === null) return reply
    return reply.send(loadView(ward, askedBy(request).person, query.value.unitId, clock.nowMs(), whole()))
  })

  app.get('/api/beds/:patientId/noise', { config: { deed: 'see-load' } }, (request, reply) => {
    const params = checked(reply, requests.patientParams, request.params)
    if (params === null) return reply
    const bed = ward.beds.view(params.value.patientId)
    if (bed === null) return refuse(reply, 'PATIENT_UNKNOWN')
    const asOfMs = clock.nowMs()
    const limit = noisyLimit(ward.noise, bed, asOfMs, ward.readSinceMs ?? asOfMs)
    return reply.send({ asOfMs, whole: whole(), limit } satisfies BedNoiseView)
  })
}
