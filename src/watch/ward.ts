import { AlertBoard } from './alert-board.ts'
import { DeliveryBoard } from './delivery-board.ts'
import { DeadLetterBoard } from './dead-letter-board.ts'
import type { AlertView, FeedView, SystemView, WardView } from './events.ts'
import { FeedBoard } from './feed-board.ts'
import { WardBoard } from './ward-board.ts'

/** What a screen or a script asks to see. */
export interface Selection {
  unitId?: string | undefined
  patientId?: string | undefined
}

/** All that is known of the ward, learned from the log and from nothing else. */
export class Ward {
  readonly alerts = new AlertBoard()
  readonly beds = new WardBoard(this.alerts)
  readonly deliveries = new DeliveryBoard()
  readonly feeds = new FeedBoard()
  readonly deadLetters = new DeadLetterBoard()
  /** Append time of the newest reading of any bed; null before the first. */
  newestAppendTimeMs: number | null = null

  view(system: SystemView, { unitId, patientId }: Selection): WardView {
    const bed = patientId === undefined ? undefined : this.beds.view(patientId)
    const beds = bed === undefined ? this.beds.views(unitId) : bed === null ? [] : [bed]
    return { serverTimeMs: system.serverTimeMs, beds, system }
  }

  feedViews(nowMs: number): FeedView[] {
    return this.feeds.views(nowMs, (patientId) => this.beds.bedIdOf(patientId))
  }

  /** The transitions a screen has not seen, oldest first, and the patients of whom some are no longer kept. */
  missed(seen: Readonly<Record<string, number>>): { missed: AlertView[]; incomplete: string[] } {
    const missed: AlertView[] = []
    const incomplete: string[] = []
    for (const [patientId, bedSequence] of Object.entries(seen)) {
      const found = this.alerts.since(patientId, bedSequence)
      missed.push(...found.missed)
      if (!found.complete) incomplete.push(patientId)
    }
    return { missed: missed.sort((a, b) => a.eventTimeMs - b.eventTimeMs || a.bedSequence - b.bedSequence), incomplete }
  }
}
