import { type Logger } from 'pino'
import { type Clock } from '../clock.ts'

/** A stage has 10 s to stop; a receiver that hangs may use this much of them. */
export const RECEIVER_MS = 8_000

/** Waits for receivers to come to their end, but not for ever: one that hangs is reported and left behind. */
export async function boundedStop(
  stopped: Promise<unknown>,
  what: string,
  withinMs: number,
  clock: Clock,
  logger: Logger,
): Promise<void> {
  let cancel = (): void => undefined
  const bound = new Promise<'late'>((resolve) => {
    const timer = clock.after(withinMs, () => resolve('late'))
    cancel = () => timer.cancel()
  })
  const outcome = await Promise.race([stopped, bound])
  cancel()
  if (outcome === 'late') logger.error({ what }, 'this did not come to its end; it was left behind')
}
