import { EVIDENCE_NAMES, type EvidenceName } from '../../src/predict/evidence.ts'
import type { SeededRandom } from '../../src/acquire/seeded-random.ts'
import type { EvidenceRecord, EvidenceRecords } from './ward-evidence.ts'

/**
 * How often a finding is there in who does not deteriorate, and in who does: ASSUMED, learnt from no data. The cards say so, and
 * models/training/ward/composition.py has the same.
 */
export const COUPLING: Record<Exclude<EvidenceName, 'vitals'>, readonly [number, number]> = {
  waveforms: [0.35, 0.62],
  pcg: [0.17, 0.235],
  video: [0.3, 0.63],
  notes: [0.08, 0.26],
}

/** A patient that nobody was: recordings of different real ones, drawn by what the outcome makes likely. */
export interface ComposedPatient {
  deteriorates: boolean
  records: Partial<Record<EvidenceName, EvidenceRecord>>
}

interface Weighted {
  records: readonly EvidenceRecord[]
  /** running sums of their weights */
  sums: readonly number[]
}

/** Half of them deteriorate. Evidence without recordings is lacking in all. */
export function composePatients(records: EvidenceRecords, count: number, random: SeededRandom): ComposedPatient[] {
  const pools = new Map(EVIDENCE_NAMES.map((name) => [name, new Pool(records[name])]))
  return Array.from({ length: count }, () => {
    const deteriorates = random() < 0.5
    const patient: ComposedPatient = { deteriorates, records: {} }
    for (const name of EVIDENCE_NAMES) {
      const likely = name === 'vitals' ? Number(deteriorates) : COUPLING[name][Number(deteriorates)]
      const record = pools.get(name)?.draw(random() < (likely ?? 0), random)
      if (record !== undefined) patient.records[name] = record
    }
    return patient
  })
}

/** Recordings to draw from: kinds evenly, and of a kind by weight; as often as in the data one whose finding nobody knows. */
class Pool {
  readonly #kinds: readonly string[]
  readonly #of = new Map<string, Weighted>()
  readonly #unknown = new Map<string, number>()

  constructor(records: readonly EvidenceRecord[]) {
    this.#kinds = [...new Set(records.map(({ kind }) => kind))].sort()
    for (const kind of this.#kinds) {
      const own = records.filter((record) => record.kind === kind)
      for (const finding of [null, false, true]) {
        const those = own.filter((record) => record.finding === finding)
        if (those.length > 0) this.#of.set(`${kind} ${finding}`, weighted(those))
      }
      const total = (some: readonly EvidenceRecord[]): number => some.reduce((sum, { weight }) => sum + weight, 0)
      this.#unknown.set(kind, total(own.filter(({ finding }) => finding === null)) / total(own))
    }
  }

  draw(finding: boolean, random: SeededRandom): EvidenceRecord | undefined {
    const able = this.#kinds.filter((kind) => this.#of.has(`${kind} ${finding}`) || this.#unknown.get(kind) === 1)
    const kind = able[Math.floor(random() * able.length)] ?? ''
    const isUnknown = random() < (this.#unknown.get(kind) ?? 0)
    const pool = this.#of.get(`${kind} ${isUnknown ? null : finding}`)
    if (pool === undefined) return undefined
    const at = random() * (pool.sums.at(-1) ?? 0)
    return pool.records[pool.sums.findIndex((sum) => at < sum)]
  }
}

function weighted(records: readonly EvidenceRecord[]): Weighted {
  let sum = 0
  return { records, sums: records.map(({ weight }) => (sum += weight)) }
}
