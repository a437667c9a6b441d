import type { SystemView } from './events.ts'
import type { Screen } from './screen.ts'

/** Every connected screen: who is no longer let in is cut off, and a patient who moved is taken from those who see no more of the unit. */
export class Screens {
  readonly #screens = new Set<Screen>()

  add(screen: Screen): void {
    this.#screens.add(screen)
    screen.onGone(() => this.#screens.delete(screen))
  }

  /** Looks at every screen's session again: expired, signed out, locked, other rights. */
  review(): void {
    for (const screen of [...this.#screens]) screen.review()
  }

  /** A bed is in another unit than before, or in none any more (null). */
  moved(patientId: string, before: string, now: string | null): void {
    for (const screen of this.#screens) screen.moved(patientId, before, now)
  }

  /** Once a second, also to a screen that is behind: it is the word that the server is there. */
  tellSystem(system: SystemView): void {
    for (const screen of this.#screens) screen.tellSystem(system)
  }

  /** Once a second, to those who look at the feeds: each sees the own units'. */
  tellFeeds(): void {
    for (const screen of this.#screens) screen.tellFeeds()
  }
}
