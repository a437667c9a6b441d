import type { EvidenceName } from './evidence.ts'
import type { RiskBlock } from './risk-block.ts'
import type { Tensors } from './tensor.ts'

export interface EvidenceShare {
  name: EvidenceName
  /** strange: it came, and is unlike all that the model learnt from */
  state: 'counted' | 'strange' | 'absent'
  /** What it adds to the risk or takes from it; exactly 0 unless it counted. */
  share: number
  /** The risk from this evidence and no other. */
  alone: number
}

/** What a fused model says of one window. */
export interface FusedRisk {
  value: number
  /** 95 %; never narrower than the value lies from it */
  low: number
  high: number
  baseRate: number
  /** in the order of the card */
  evidence: readonly EvidenceShare[]
}

/** A model sums in single precision. */
const TOLERANCE = 1e-4
/** What that leaves of the share of an evidence that did not count: of equal numbers. */
const ROUNDING = 1e-6

/** null: it is no risk, or it contradicts itself, and nobody is shown any of it. */
export function readFusedRisk(block: RiskBlock, outputs: Tensors): FusedRisk | null {
  const values = (name: string): number[] => Array.from(outputs[name]?.data ?? [])
  const [value = NaN] = values(block.output)
  const [low = NaN, high = NaN] = values(block.interval)
  const [baseRate = NaN, ...shares] = values(block.shares)
  const [used, present] = [values(block.used), values(block.present)]
  const [strangeness, subsets] = [values(block.strangeness), values(block.subsets)]
  if (![value, low, high, baseRate, ...subsets].every(isProbability) || low > high) return null
  if (shares.length !== block.evidence.length || subsets.length !== 2 ** shares.length) return null
  const evidence: EvidenceShare[] = []
  for (const [index, { name }] of block.evidence.entries()) {
    const [share = NaN, counted, came] = [shares[index], used[index], present[index]]
    if (!Number.isFinite(share) || !isFlag(counted) || !isFlag(came)) return null
    if (counted === 1 ? came === 0 || !Number.isFinite(strangeness[index]) : Math.abs(share) > ROUNDING) return null
    const state = counted === 1 ? 'counted' : came === 1 ? 'strange' : 'absent'
    evidence.push({ name, state, share: counted === 1 ? share : 0, alone: subsets[1 << index] ?? NaN })
  }
  const sum = shares.reduce((total, share) => total + share, baseRate)
  // Of nothing the risk is the base rate, and of all that counts it is the risk.
  const agree = [sum, subsets.at(-1) ?? NaN].every((other) => isNear(other, value)) && isNear(subsets[0], baseRate)
  return agree ? { value, low: Math.min(low, value), high: Math.max(high, value), baseRate, evidence } : null
}

function isProbability(value: number): boolean {
  return value >= -TOLERANCE && value <= 1 + TOLERANCE
}

function isFlag(value: number | undefined): value is 0 | 1 {
  return value === 0 || value === 1
}

function isNear(value: number | undefined, other: number): boolean {
  return Math.abs((value ?? NaN) - other) <= TOLERANCE
}
