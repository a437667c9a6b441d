import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Answer } from './events.ts'
import { refusal, refusalOf } from './refusal.ts'
import { problemsOf } from './requests.ts'

export type Answering = ReturnType<typeof answering>

/** Makes listeners that check the request at the door and always answer, if the screen can hear an answer. */
export function answering(logger: Logger) {
  return <T>(schema: z.ZodType<T>, handle: (request: T) => Answer<object> | Promise<Answer<object>>) =>
    (request: unknown, reply: unknown): void => {
      const answer = (given: Answer<object>): void => {
        if (typeof reply === 'function') (reply as (given: Answer<object>) => void)(given)
      }
      const parsed = schema.safeParse(request)
      if (!parsed.success) return answer(refusal('REQUEST_INVALID', problemsOf(parsed.error)))
      new Promise<Answer<object>>((resolve) => resolve(handle(parsed.data))).then(answer, (error: unknown) => {
        logger.error({ err: error }, 'a request of a screen failed')
        answer(refusalOf(error) ?? refusal('REQUEST_FAILED'))
      })
    }
}
