import { createHash } from 'node:crypto'
import { minimumOf } from './minimum.ts'
import { cooled, type Example, fitHead, headProbabilities, LEAST_PROBABILITY, type SiteHead } from './site-head.ts'

const FOLDS = 5
/** From a head that follows its labels to one that stays with the parent. */
const STIFFNESSES = [0.003, 0.01, 0.03, 0.1, 0.3, 1]

/** Of an example, what each says who was not fitted on its subject. */
export interface Scored {
  example: Example
  parent: Float64Array
  site: Float64Array
}

export interface CrossFit {
  /** fitted on all examples, calibrated */
  head: SiteHead
  stiffness: number
  temperature: number
  scored: readonly Scored[]
}

/**
 * Every subject scored by a head that was fitted without him (five folds by subject), and the head of all of them. How stiff a head is, and
 * its temperature, are chosen within what it is fitted on, so that nothing of a subject is in what scores him.
 */
export function crossFit(examples: readonly Example[], seed: number): CrossFit {
  const scored = folds(examples, seed).flatMap(({ inside, outside }) => {
    const { head } = calibrated(inside, seed + 1)
    return outside.map((example) => ({ example, parent: example.parent, site: headProbabilities(example, head) }))
  })
  return { ...calibrated(examples, seed), scored }
}

interface Fold {
  inside: readonly Example[]
  outside: readonly Example[]
}

/** Subjects are spread by a hash, so that a table in another order gives the same folds. */
function folds(examples: readonly Example[], seed: number): Fold[] {
  const foldOf = ({ subject }: Example): number =>
    createHash('sha256').update(`${seed}/${subject}`).digest().readUInt32BE(0) % FOLDS
  return Array.from({ length: FOLDS }, (_, fold) => ({
    inside: examples.filter((example) => foldOf(example) !== fold),
    outside: examples.filter((example) => foldOf(example) === fold),
  })).filter(({ inside, outside }) => inside.length > 0 && outside.length > 0)
}

function calibrated(
  examples: readonly Example[],
  seed: number,
): { head: SiteHead; stiffness: number; temperature: number } {
  const parts = folds(examples, seed)
  let best = { loss: Infinity, stiffness: NaN, outside: [] as { logits: Float64Array; label: number }[] }
  for (const stiffness of STIFFNESSES) {
    const outside = parts.flatMap((part) => {
      const head = fitHead(part.inside, stiffness)
      return part.outside.map((example) => ({
        label: example.label,
        logits: headProbabilities(example, head).map((p) => Math.log(Math.max(p, LEAST_PROBABILITY))),
      }))
    })
    const loss = crossEntropy(outside, 1)
    if (loss < best.loss) best = { loss, stiffness, outside }
  }
  const temperature = temperatureOf(best.outside)
  return { head: cooled(fitHead(examples, best.stiffness), temperature), stiffness: best.stiffness, temperature }
}

/** Guo et al., On Calibration of Modern Neural Networks, 2017. */
function temperatureOf(outside: readonly { logits: Float64Array; label: number }[]): number {
  const step = 1e-4
  const lossAt = (log: number): number => crossEntropy(outside, Math.exp(log)) + 0.01 * log ** 2
  const [log = 0] = minimumOf(([at = 0], slope) => {
    slope[0] = (lossAt(at + step) - lossAt(at - step)) / (2 * step)
    return lossAt(at)
  }, new Float64Array(1))
  return Math.exp(log)
}

function crossEntropy(rows: readonly { logits: Float64Array; label: number }[], temperature: number): number {
  let loss = 0
  for (const { logits, label } of rows) {
    const scaled = logits.map((logit) => logit / temperature)
    const most = Math.max(...scaled)
    const sum = scaled.reduce((total, logit) => total + Math.exp(logit - most), 0)
    loss += most + Math.log(sum) - (scaled[label] ?? 0)
  }
  return loss / rows.length
}
