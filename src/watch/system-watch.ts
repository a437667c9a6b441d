import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { NamedHealth } from '../stage.ts'
import type { SystemView } from './events.ts'
import type { Ward } from './ward.ts'

interface SystemWatchOptions {
  ward: Ward
  clock: Clock
  metrics: Metrics
  stages: () => NamedHealth[]
  screens: () => number
  /** Whether the archive can be asked. */
  archiveOpen: () => boolean
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
    const { ward, clock, stages, screens, archiveOpen } = this.#options
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
      deadLetters: ward.deadLetters.count,
      lateReadings: ward.feeds.lateCount,
    }
  }
}
