import type { Priority } from '../../src/records.ts'
import { link } from '../app/connection.ts'
import { clock, serverNowMs } from '../app/screen-clock.ts'
import { soundingPriority } from './alert-order.ts'
import type { WardModel } from './ward-model.ts'

/** What must sound now on this screen: the worst of all beds whose audio is not paused, or the lost connection. */
export function dueSound(ward: WardModel): Priority | null {
  // Without a connection nobody knows what holds at the beds: that is an alarm of this screen's own.
  if (link.peek().state === 'lost') return 'medium'
  if (link.peek().state !== 'live') return null
  const nowMs = serverNowMs(clock.monotonicMs())
  return soundingPriority(
    ward.beds.peek().flatMap((bed) => {
      const pausedUntilMs = bed.audioPausedUntilMs.peek()
      return pausedUntilMs !== null && pausedUntilMs > nowMs ? [] : bed.standing.peek()
    }),
  )
}
