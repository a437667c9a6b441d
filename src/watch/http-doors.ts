import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { ErrorCode } from '../errors.ts'
import { refusal, type Refusal, refusalOf, statusOf } from './refusal.ts'
import { type Guard, SAFE_METHODS } from './guard.ts'
import { problemsOf } from './requests.ts'
import { hostAllowed, originAllowed } from './same-origin.ts'

interface HttpDoorsOptions {
  boundHost: string
  publicUrl: string
  guard: Guard
  logger: Logger
}

/** What every HTTP request must pass: our own name, our own page, and for the API the guard. */
export function httpDoors(app: FastifyInstance, { boundHost, publicUrl, guard, logger }: HttpDoorsOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers
    if (!hostAllowed(boundHost, host, publicUrl)) return refuse(reply, 'ORIGIN_REFUSED')
    if (!SAFE_METHODS.has(request.method) && !originAllowed({ host, origin })) return refuse(reply, 'ORIGIN_REFUSED')
    return undefined
  })
  guard.routes(app, (reply, refused) => refuse(reply, refused.code, refused))
  app.setNotFoundHandler((_request, reply) => refuse(reply, 'ADDRESS_UNKNOWN'))
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    const refused = refusalOf(error)
    if (refused !== null) return refuse(reply, refused.code, refused)
    if (status < 500) return reply.code(status).send(bodyOf(refusal('REQUEST_INVALID')))
    // The route's pattern, not the address: that names a patient.
    logger.error({ err: error, route: request.routeOptions.url, method: request.method }, 'a request failed')
    return refuse(reply, 'REQUEST_FAILED')
  })
}

export function refuse(reply: FastifyReply, code: ErrorCode, refused: Refusal = refusal(code)): FastifyReply {
  return reply.code(statusOf(code)).send(bodyOf(refused))
}

/** What came in, as the schema has it; or the answer that says what is wrong with it, already sent. */
export function checked<T>(reply: FastifyReply, schema: z.ZodType<T>, given: unknown): { value: T } | null {
  const parsed = schema.safeParse(given)
  if (parsed.success) return { value: parsed.data }
  refuse(reply, 'REQUEST_INVALID', refusal('REQUEST_INVALID', problemsOf(parsed.error)))
  return null
}

function bodyOf({ code, message }: Refusal): { code: string; message: string } {
  return { code, message }
}
