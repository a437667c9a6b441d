import { ACUITY_VALUES, type Acuity } from './acuity.ts'

/**
 * Rows that wait for a model. A batch is of one acuity, the most urgent there is: a row of an ill patient neither waits for the rows of
 * stable ones that came before it nor for those that would fill its batch. Among equals the one that came first is first, which is the one
 * whose deadline is next.
 */
export class TriageQueue<T extends { acuity: Acuity }> {
  readonly #rows: Readonly<Record<Acuity, T[]>> = { urgent: [], unknown: [], routine: [] }

  get length(): number {
    return ACUITY_VALUES.reduce((sum, acuity) => sum + this.#rows[acuity].length, 0)
  }

  get all(): readonly T[] {
    return ACUITY_VALUES.flatMap((acuity) => this.#rows[acuity])
  }

  add(row: T): void {
    this.#rows[row.acuity].push(row)
  }

  /** Rows that are tried once more go before their equals, in their order. */
  addAgain(rows: readonly T[]): void {
    for (const acuity of ACUITY_VALUES) this.#rows[acuity].unshift(...rows.filter((row) => row.acuity === acuity))
  }

  remove(row: T): void {
    const rows = this.#rows[row.acuity]
    const at = rows.indexOf(row)
    if (at >= 0) rows.splice(at, 1)
  }

  /** The next batch, of at most so many rows. */
  take(mostRows: number): T[] {
    for (const acuity of ACUITY_VALUES) if (this.#rows[acuity].length > 0) return this.#rows[acuity].splice(0, mostRows)
    return []
  }
}
