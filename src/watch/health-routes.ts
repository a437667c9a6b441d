import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'
import type { NamedHealth } from '../stage.ts'

/** `/healthz` and `/metrics`: open to all, since neither holds patient data. */
export function healthRoutes(app: FastifyInstance, stages: () => NamedHealth[], metrics: Metrics): void {
  app.get('/healthz', (_request, reply) => {
    const health = stages()
    const status = worst(health)
    // A degraded stage runs; what it cannot do, it says.
    return reply.code(status === 'running' || status === 'degraded' ? 200 : 503).send({ status, stages: health })
  })

  app.get('/metrics', async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.render()))
}

const FROM_WORST: readonly NamedHealth['state'][] = ['failed', 'stopped', 'starting', 'degraded']

function worst(health: readonly NamedHealth[]): NamedHealth['state'] {
  return FROM_WORST.find((state) => health.some((stage) => stage.state === state)) ?? 'running'
}
