import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Length } from './fault.ts'
import type { Run } from './table.ts'

/** Of the file; another one is not gone on with. */
const SHAPE = 2

interface Content {
  shape: typeof SHAPE
  length: Length
  runs: Run[]
}

/** The runs of a series that may be made in several sittings. */
export class RunsFile {
  readonly runs: Run[] = []
  readonly #path: string | null
  readonly #length: Length

  private constructor(path: string | null, length: Length, runs: readonly Run[]) {
    this.#path = path
    this.#length = length
    this.runs.push(...runs)
  }

  /** Goes on with what is in the file; what was left out there is tried again. Throws when it holds something else. */
  static open(path: string | null, length: Length): RunsFile {
    if (path === null || !existsSync(path)) return new RunsFile(path, length, [])
    const { shape, length: was, runs } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Content>
    if (shape !== SHAPE || runs === undefined) throw new Error(`${path} does not hold runs that can be gone on with`)
    if (was !== length) throw new Error(`${path} holds runs of ${was} length`)
    return new RunsFile(
      path,
      length,
      runs.filter(({ kind }) => kind !== 'left_out'),
    )
  }

  has(fault: string, seed: number): boolean {
    return this.runs.some((run) => run.fault === fault && run.seed === seed)
  }

  /** Written after every run: a long series that is cut short has not been for nothing. */
  add(run: Run): void {
    this.runs.push(run)
    if (this.#path === null) return
    writeFileSync(`${this.#path}.new`, textOf({ shape: SHAPE, length: this.#length, runs: this.runs }))
    renameSync(`${this.#path}.new`, this.#path)
  }
}

/** A run a line, so that two files can be compared. */
function textOf({ shape, length, runs }: Content): string {
  const lines = runs.map((run) => JSON.stringify(run)).join(',\n')
  return `{"shape":${shape},"length":${JSON.stringify(length)},"runs":[\n${lines}\n]}\n`
}
