import { fastify } from 'fastify'
import type { Config } from '../config.ts'
import type { Metrics } from '../metrics.ts'
import type { NamedHealth } from '../stage.ts'
import { bindFailure } from './free-address.ts'
import { healthRoutes } from './health-routes.ts'
import { hostAllowed } from './same-origin.ts'

/** Where a process that shows no dashboard tells how it is. */
export interface HealthDoor {
  address: string
  close(): Promise<void>
}

/** Opens `/healthz` and `/metrics` on the metrics port. Throws PORT_BUSY, SETTING_INVALID. */
export async function openHealthDoor(
  { host, metricsPort: port }: Pick<Config, 'host' | 'metricsPort'>,
  stages: () => NamedHealth[],
  metrics: Metrics,
): Promise<HealthDoor> {
  const http = fastify({ logger: false, forceCloseConnections: true })
  http.addHook('onRequest', async (request, reply) =>
    hostAllowed(host, request.headers.host) ? undefined : reply.code(403).send(),
  )
  healthRoutes(http, stages, metrics)
  try {
    const address = await http.listen({ host, port })
    return { address, close: () => http.close() }
  } catch (error) {
    throw bindFailure(error, { host, port })
  }
}
