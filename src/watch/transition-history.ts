import type { AlertView } from './events.ts'

const KEPT = 500

/** A bed's newest transitions in the order of their sequence numbers, so that a reconnecting screen gets what it missed. */
export class TransitionHistory {
  readonly #transitions: AlertView[] = []
  readonly #ids = new Set<string>()
  #last = 0

  /** Returns false for a transition that was seen before, or that is older than all that are kept. */
  add(view: AlertView): boolean {
    const oldest = this.#transitions[0]
    if (this.#ids.has(view.transitionId)) return false
    if (this.#transitions.length === KEPT && oldest !== undefined && view.bedSequence < oldest.bedSequence) return false
    let place = this.#transitions.length
    while (place > 0 && (this.#transitions[place - 1]?.bedSequence ?? 0) > view.bedSequence) place--
    this.#transitions.splice(place, 0, view)
    this.#ids.add(view.transitionId)
    this.reached(view.bedSequence)
    const gone = this.#transitions.length > KEPT ? this.#transitions.shift() : undefined
    if (gone !== undefined) this.#ids.delete(gone.transitionId)
    return true
  }

  /** A sequence number that was given out, whether or not its transition is kept. */
  reached(bedSequence: number): void {
    this.#last = Math.max(this.#last, bedSequence)
  }

  get last(): number {
    return this.#last
  }

  /** The transitions after a sequence number, oldest first; incomplete when some of them are no longer kept. */
  since(bedSequence: number): { missed: AlertView[]; complete: boolean } {
    const missed = this.#transitions.filter((view) => view.bedSequence > bedSequence)
    // A screen that has seen more than was ever given out has seen another log: what it knows is not to be trusted.
    return { missed, complete: bedSequence <= this.#last && missed.length === this.#last - bedSequence }
  }
}
