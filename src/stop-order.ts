import type { Logger } from 'pino'
import type { Deadline } from './deadline.ts'

/** One part of a stop. */
export interface StopPart {
  what: string
  stop(deadline: Deadline): Promise<unknown>
}

/** Parts that stop side by side. They may use all the time there is, but for what those that come later are promised. */
export interface StopStep {
  promisedMs: number
  parts: readonly StopPart[]
}

/** Stops one step after the other by one deadline, whatever hangs or fails in them. */
export async function stopInOrder(steps: readonly StopStep[], deadline: Deadline, logger: Logger): Promise<void> {
  let laterMs = steps.reduce((sum, { promisedMs }) => sum + promisedMs, 0)
  for (const { promisedMs, parts } of steps) {
    laterMs -= promisedMs
    const own = deadline.earlier(laterMs)
    await Promise.all(
      parts.map(async ({ what, stop }) => {
        try {
          await own.wait(stop(own), what)
        } catch (error) {
          logger.error({ err: error, what }, 'this could not be stopped')
          deadline.leave(what)
        }
      }),
    )
  }
}
