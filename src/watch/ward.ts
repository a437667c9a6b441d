import { AlarmLoad } from './alarm-load.ts'
import { AlertBoard } from './alert-board.ts'
import { DeliveryBoard } from './delivery-board.ts'
import { DeadLetterBoard } from './dead-letter-board.ts'
import { FeedBoard } from './feed-board.ts'
import { LimitNoise } from './limit-noise.ts'
import { RecentWaves } from './recent-waves.ts'
import { WardBoard } from './ward-board.ts'
import { Watchers } from './watchers.ts'

/** All that is known of the ward, learned from the log; and of its screens, from what they say. */
export class Ward {
  readonly alerts = new AlertBoard()
  readonly beds = new WardBoard(this.alerts)
  readonly deliveries = new DeliveryBoard()
  readonly watchers = new Watchers(this.beds)
  readonly feeds = new FeedBoard()
  readonly deadLetters = new DeadLetterBoard()
  readonly recent = new RecentWaves()
  readonly load = new AlarmLoad()
  readonly noise = new LimitNoise()
  /** Append time of the oldest record of the last day that was read, or when reading began; null before that. */
  readSinceMs: number | null = null
  /** Append time of the newest reading of any bed; null before the first. */
  newestAppendTimeMs: number | null = null

  /** The unit of a patient: '' for one in no bed's context; null for one who is not on the ward. */
  unitOf(patientId: string): string | null {
    return this.beds.has(patientId) ? this.beds.unitOf(patientId) : null
  }
}
