import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import { MODALITY_VALUES } from '../records.ts'
import type { NamedHealth } from '../stage.ts'
import type { LostFeed, SystemView } from './events.ts'
import type { Ward } from './ward.ts'

interface SystemWatchOptions {
  ward: Ward
  clock: Clock
  metrics: Metrics
  stages: () => NamedHealth[]
  screens: () => number
  /** Silence after which a feed is lost. */
  feedIdleMs: number
  escalateTo: readonly string[]
  /** Whether the archive can be asked. */
  archiveOpen: () => boolean
  /** Whether everyone on this machine gets in. */
  openAccess: () => boolean
  audit: () => { waiting: number; lost: number }
}

/** Whether the system itself can be trusted right now. */
export class SystemWatch {
  readonly #options: SystemWatchOptions
  #archiveBehindMs = 0

  constructor(options: SystemWatchOptions) {
    this.#options = options
  }

  /** Reads what can only be had asynchronously; `view` answers at once. */
  async refresh(): Promise<void> {
    const { values } = await this.#options.metrics.archiveBehindMs.get()
    this.#archiveBehindMs = values[0]?.value ?? 0
  }

  view(): SystemView {
    const { ward, clock, stages, screens, escalateTo, archiveOpen, openAccess, audit } = this.#options
    const health = stages()
    return {
      serverTimeMs: clock.nowMs(),
      stages: health,
      rung: ward.beds.lowestRung(),
      archiveBehindMs: this.#archiveBehindMs,
      archiveUnknown: !health.some(({ name }) => name === 'store'),
      archiveOpen: archiveOpen(),
      newestAppendTimeMs: ward.newestAppendTimeMs,
      screens: screens(),
      feeds: ward.feeds.count,
      feedsLost: this.#lost(clock.nowMs()),
      escalateTo,
      openAccess: openAccess(),
      audit: audit(),
      deadLetters: ward.deadLetters.count,
      lateReadings: ward.feeds.lateCount,
    }
  }

  #lost(nowMs: number): LostFeed[] {
    const { ward, feedIdleMs } = this.#options
    const lost = ward.feeds.silent(nowMs - feedIdleMs).map(({ modality, patientId, feedId }) => {
      return { unitId: ward.beds.unitOf(patientId), bedId: ward.beds.bedIdOf(patientId), feedId, modality }
    })
    return lost.sort(
      (a, b) =>
        MODALITY_VALUES.indexOf(a.modality) - MODALITY_VALUES.indexOf(b.modality) ||
        byName.compare(a.bedId, b.bedId) ||
        byName.compare(a.feedId, b.feedId),
    )
  }
}

const byName = new Intl.Collator('en', { numeric: true })
