import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { modelPath } from '../../src/predict/model-folder.ts'
import type { Tensors } from '../../src/predict/tensor.ts'
import type { ScoringModels } from '../evaluate/scoring-models.ts'
import { BEDSIDES, lastRow } from './bedside.ts'
import { largestDifference } from './difference.ts'
import type { PythonCases } from './python-cases.ts'
import { READERS } from './readers.ts'

export interface Difference {
  /** a model, and the way its inputs came here */
  way: string
  kind: 'input' | 'output'
  tensor: string
  records: number
  /** of all records, and the record that has it */
  largest: number
  where: string
  allowed: number
}

interface Allowed {
  input: number
  output: number
}

const AGREE: Allowed = { input: 1e-4, output: 1e-4 }
/** TypeScript's tensors of the same records, and what the same file answers to them here, against Python's. */
export async function differencesOf(
  { models }: PythonCases,
  data: string,
  scoring: ScoringModels,
  say: (line: string) => void,
): Promise<Difference[]> {
  const all: Difference[] = []
  for (const [way, { model, file, sha256, cases }] of models) {
    say(`${way} …`)
    await assertSameFile(model, file, sha256)
    const inputsOf = await READERS[way]?.(data)
    if (inputsOf === undefined) throw new Error(`there is no reader for ${way}`)
    const evaluated = new Comparison(way, AGREE)
    const answered = (inputs: Tensors): Promise<Tensors> => scoring.run(model, file, inputs)
    for (const { name, inputs, outputs } of cases) {
      const ours = await inputsOf(name)
      evaluated.add(name, 'input', ours, inputs)
      evaluated.add(name, 'output', await answered(ours), outputs)
    }
    all.push(...evaluated.differences)
    const asked = await BEDSIDES[way]?.(data)
    if (asked === undefined) continue
    const atBedside = new Comparison(`${way}, as at the bedside`, AGREE)
    for (const { name, inputs, outputs } of cases) {
      const [ours, theirs] = [await asked(name), lastRow(inputs)]
      if (ours === null) continue
      atBedside.add(name, 'input', { ...theirs, ...ours }, theirs)
      atBedside.add(name, 'output', await answered({ ...theirs, ...ours }), lastRow(outputs))
    }
    all.push(...atBedside.differences)
  }
  return all
}

export function isWithin({ largest, allowed }: Difference): boolean {
  return largest <= allowed
}

/** A table in Markdown. */
export function differenceTable(differences: readonly Difference[]): string {
  const lines = differences.map((one) => {
    const { way, kind, tensor, records, largest, allowed, where } = one
    const cells = [way, kind, tensor, `${records}`, largest.toExponential(1), `${allowed}`, isWithin(one) ? '' : where]
    return `| ${cells.join(' | ')} |`
  })
  return `| model | | tensor | records | largest difference | allowed | too much in |\n|---|---|---|---|---|---|---|\n${lines.join('\n')}\n`
}

/** The largest differences so far, by tensor. */
class Comparison {
  readonly #way: string
  readonly #allowed: Allowed
  readonly #found = new Map<string, Difference>()

  constructor(way: string, allowed: Allowed) {
    this.#way = way
    this.#allowed = allowed
  }

  /** Inputs first. */
  get differences(): Difference[] {
    return [...this.#found.values()].sort((a, b) => Number(a.kind === 'output') - Number(b.kind === 'output'))
  }

  add(record: string, kind: Difference['kind'], ours: Tensors, theirs: Tensors): void {
    for (const [tensor, expected] of Object.entries(theirs)) {
      const key = `${kind} ${tensor}`
      const before = this.#found.get(key)
      const difference = largestDifference(ours[tensor], expected)
      const isLarger = before === undefined || difference > before.largest
      this.#found.set(key, {
        way: this.#way,
        kind,
        tensor,
        records: (before?.records ?? 0) + 1,
        largest: isLarger ? difference : before.largest,
        where: isLarger ? record : before.where,
        allowed: this.#allowed[kind],
      })
    }
  }
}

async function assertSameFile(model: string, file: string, sha256: string): Promise<void> {
  const bytes = await readFile(join(modelPath(model), file))
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Error(`Python was asked with another models/${model}/${file}: run training.parity again`)
}
