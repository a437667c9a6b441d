import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { needsEyes, UNWATCHED } from '../raise/unwatched.ts'
import type { AlertView, Answer } from './events.ts'
import type { Ward } from './ward.ts'

interface UnwatchedBedsOptions {
  ward: Ward
  clock: Clock
  logger: Logger
  say: (patientId: string, action: 'watched' | 'unwatched') => Promise<Answer>
}

/** So long a high alarm may be on no screen. */
const UNSEEN_MS = 10_000
/** raise believes `watched` for 15 s. */
const WATCHED_AGAIN_MS = 5_000
/** What was said and led to nothing is said again: raise may not have had the alarm yet, or the log was away. */
const UNWATCHED_AGAIN_MS = 30_000

interface Memory {
  unseenSinceMs: number | null
  saidMs: { watched: number; unwatched: number }
}

/**
 * Says on the log, for every bed with a high alarm that nobody answered, whether a screen of this process shows it. raise
 * makes an alarm of it where none of any process does (src/raise/unwatched.ts). A ward that nobody has opened a screen of
 * is unwatched too.
 */
export class UnwatchedBeds {
  readonly #options: UnwatchedBedsOptions
  readonly #beds = new Map<string, Memory>()

  constructor(options: UnwatchedBedsOptions) {
    this.#options = options
  }

  /** To be called every second, once the ward is whole. */
  look(): void {
    const { ward, clock } = this.#options
    const nowMs = clock.monotonicMs()
    const open = new Set<string>()
    for (const patientId of ward.beds.ids()) {
      const standing = ward.alerts.standing(patientId)
      const high = standing.filter(needsEyes)
      if (high.length === 0) continue
      open.add(patientId)
      const shown = high.every(({ alertId }) => ward.deliveries.shows(alertId, nowMs))
      this.#look(patientId, shown, standing.some(isUnwatched), nowMs)
    }
    for (const patientId of this.#beds.keys()) if (!open.has(patientId)) this.#beds.delete(patientId)
  }

  #look(patientId: string, shown: boolean, isAlarm: boolean, nowMs: number): void {
    const bed = this.#beds.get(patientId) ?? {
      unseenSinceMs: null,
      saidMs: { watched: -Infinity, unwatched: -Infinity },
    }
    this.#beds.set(patientId, bed)
    if (shown) {
      bed.unseenSinceMs = null
      if (nowMs - bed.saidMs.watched >= WATCHED_AGAIN_MS) this.#say(patientId, bed, 'watched', nowMs)
      return
    }
    bed.unseenSinceMs ??= nowMs
    if (nowMs - bed.unseenSinceMs < UNSEEN_MS) return
    // Its word that it is shown is void; the next frame with it is said at once.
    bed.saidMs.watched = -Infinity
    if (!isAlarm && nowMs - bed.saidMs.unwatched >= UNWATCHED_AGAIN_MS) this.#say(patientId, bed, 'unwatched', nowMs)
  }

  #say(patientId: string, bed: Memory, action: 'watched' | 'unwatched', nowMs: number): void {
    bed.saidMs[action] = nowMs
    if (action === 'watched') bed.saidMs.unwatched = -Infinity
    this.#options.say(patientId, action).then(
      (answer) => {
        if (!answer.ok) bed.saidMs[action] = -Infinity
      },
      (error: unknown) => {
        bed.saidMs[action] = -Infinity
        this.#options.logger.error({ err: error, action }, 'what screens show could not be said')
      },
    )
  }
}

function isUnwatched({ condition, conditionPresent }: AlertView): boolean {
  return condition === UNWATCHED && conditionPresent
}
