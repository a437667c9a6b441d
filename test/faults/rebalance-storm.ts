import { clock } from '../live/ward-process.ts'
import type { Fault, Length } from './fault.ts'
import { struckWard } from './struck-ward.ts'
import type { VigilProcess } from './vigil-process.ts'

const MOVES: Readonly<Record<Length, number>> = { short: 4, usual: 8, long: 24 }
const MOST_GUESTS = 2

/** Members come and go faster than a group settles, some in order and some not. */
export const REBALANCE_STORM: Fault = {
  name: 'rebalance storm',
  recoversWithinMs: 15_000,
  waits: false,
  run: (options) =>
    struckWard(options, {
      strikes: async (ward, random, length) => {
        const guests: VigilProcess[] = []
        const blowsMs: number[] = []
        for (let move = 0; move < MOVES[length]; move++) {
          blowsMs.push(clock.nowMs())
          const guest = guests.length < MOST_GUESTS && random() < 0.6 ? undefined : guests.shift()
          if (guest === undefined) guests.push(await ward.join())
          else await guest.end(random() < 0.7 ? 'SIGTERM' : 'SIGKILL')
          await clock.sleep(random() * 2_500)
        }
        return blowsMs
      },
      restore: async (ward) => {
        const guests = ward.processes.filter((process) => process.running && !ward.own.includes(process))
        const leftMs = clock.nowMs()
        await ward.stop(guests)
        return guests.length === 0 ? [] : [leftMs]
      },
    }),
}
