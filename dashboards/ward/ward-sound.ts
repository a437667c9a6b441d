import { link } from '../app/connection.ts'
import { clock, serverNowMs } from '../app/screen-clock.ts'
import { type Sounding, sounding } from './sounding.ts'
import type { WardModel } from './ward-model.ts'

/** What must sound now on this screen: the worst of all beds whose audio is not paused, or the lost connection, or sign-in. */
export function dueSound(ward: WardModel): Sounding | null {
  // Without a connection nobody knows what holds at the beds: that is an alarm of this screen's own.
  const here = link.peek()
  if (here.state === 'lost' || (here.state === 'unauthorised' && here.wasLive))
    return { priority: 'medium', kind: 'technical', level: 0, reminder: false }
  if (here.state !== 'live') return null
  const nowMs = serverNowMs(clock.monotonicMs())
  return sounding(
    ward.beds.peek().flatMap((bed) => {
      const pausedUntilMs = bed.audioPausedUntilMs.peek()
      return pausedUntilMs !== null && pausedUntilMs > nowMs ? [] : bed.standing.peek()
    }),
  )
}
