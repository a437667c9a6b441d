import { minimumOf } from './minimum.ts'

/** A labelled window as a frozen encoder sees it. */
export interface Example {
  subject: string
  /** number of the class */
  label: number
  /** [width], the encoder's embedding */
  embedding: Float32Array
  /** [classes], what the parent says */
  parent: Float64Array
  groups: Readonly<Record<string, string>>
}

/** The site's correction: logits = (scale · log(parent) + weights · embedding + bias). */
export interface SiteHead {
  scale: number
  /** [width][classes] */
  weights: Float64Array
  /** [classes] */
  bias: Float64Array
}

/** What the parent gives less than this is taken as this. */
export const LEAST_PROBABILITY = 1e-6

/**
 * Multinomial logistic regression on the embedding, with the parent's log-odds as its offset: mean cross-entropy plus
 * `stiffness` · (|weights|² / 2 + (scale − 1)² / 2), the weights in units of the embedding's spread. With few labels the answer stays
 * the parent's; the more there are, the more it is the site's. Convex, so the result is the only one.
 */
export function fitHead(examples: readonly Example[], stiffness: number): SiteHead {
  const [first] = examples
  if (first === undefined) throw new RangeError('a head is fitted on examples')
  const width = first.embedding.length
  const classes = first.parent.length
  const { mean, spread } = spreadOf(examples, width)
  const rows = examples.map(({ embedding, parent, label }) => ({
    label,
    offset: parent.map((p) => Math.log(Math.max(p, LEAST_PROBABILITY))),
    x: Float64Array.from(embedding, (value, index) => (value - (mean[index] ?? 0)) / (spread[index] ?? 1)),
  }))
  const biasAt = width * classes
  const scaleAt = biasAt + classes
  const start = new Float64Array(scaleAt + 1)
  start[scaleAt] = 1
  const logits = new Float64Array(classes)
  const solved = minimumOf((at, slope) => {
    slope.fill(0)
    let loss = 0
    const scale = at[scaleAt] ?? 1
    for (const { label, offset, x } of rows) {
      for (let of = 0; of < classes; of++) logits[of] = scale * (offset[of] ?? 0) + (at[biasAt + of] ?? 0)
      for (let index = 0; index < width; index++)
        for (let of = 0; of < classes; of++)
          logits[of] = (logits[of] ?? 0) + (x[index] ?? 0) * (at[index * classes + of] ?? 0)
      const logSum = toProbabilities(logits)
      loss += logSum(label)
      for (let of = 0; of < classes; of++) {
        const error = ((logits[of] ?? 0) - (of === label ? 1 : 0)) / rows.length
        slope[biasAt + of] = (slope[biasAt + of] ?? 0) + error
        slope[scaleAt] = (slope[scaleAt] ?? 0) + error * (offset[of] ?? 0)
        for (let index = 0; index < width; index++) {
          const cell = index * classes + of
          slope[cell] = (slope[cell] ?? 0) + error * (x[index] ?? 0)
        }
      }
    }
    let pull = (scale - 1) ** 2
    slope[scaleAt] = (slope[scaleAt] ?? 0) + stiffness * (scale - 1)
    for (let cell = 0; cell < biasAt; cell++) {
      const weight = at[cell] ?? 0
      pull += weight ** 2
      slope[cell] = (slope[cell] ?? 0) + stiffness * weight
    }
    return loss / rows.length + (stiffness * pull) / 2
  }, start)
  return inUnitsOfEmbedding(solved, mean, spread, classes)
}

/** The classes' probabilities of a window with a head. */
export function headProbabilities(
  { embedding, parent }: Pick<Example, 'embedding' | 'parent'>,
  { scale, weights, bias }: SiteHead,
): Float64Array {
  const classes = bias.length
  const logits = bias.map((b, of) => b + scale * Math.log(Math.max(parent[of] ?? 0, LEAST_PROBABILITY)))
  for (let index = 0; index < embedding.length; index++)
    for (let of = 0; of < classes; of++)
      logits[of] = (logits[of] ?? 0) + (embedding[index] ?? 0) * (weights[index * classes + of] ?? 0)
  toProbabilities(logits)
  return logits
}

/** The same head, all of its logits divided by a temperature. */
export function cooled({ scale, weights, bias }: SiteHead, temperature: number): SiteHead {
  return {
    scale: scale / temperature,
    weights: weights.map((w) => w / temperature),
    bias: bias.map((b) => b / temperature),
  }
}

/** Softmax in place; gives the cross-entropy of a label. */
function toProbabilities(logits: Float64Array): (label: number) => number {
  const most = Math.max(...logits)
  let sum = 0
  for (let of = 0; of < logits.length; of++) sum += logits[of] = Math.exp((logits[of] ?? 0) - most)
  for (let of = 0; of < logits.length; of++) logits[of] = (logits[of] ?? 0) / sum
  return (label) => -Math.log(Math.max(logits[label] ?? 0, Number.MIN_VALUE))
}

function spreadOf(examples: readonly Example[], width: number): { mean: Float64Array; spread: Float64Array } {
  const mean = new Float64Array(width)
  const spread = new Float64Array(width)
  for (let index = 0; index < width; index++) {
    const values = examples.map(({ embedding }) => embedding[index] ?? 0)
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length
    mean[index] = middle
    const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length
    // What is always the same says nothing.
    spread[index] = variance > 1e-12 ? Math.sqrt(variance) : Infinity
  }
  return { mean, spread }
}

function inUnitsOfEmbedding(solved: Float64Array, mean: Float64Array, spread: Float64Array, classes: number): SiteHead {
  const width = mean.length
  const weights = new Float64Array(width * classes)
  const bias = Float64Array.from(solved.subarray(width * classes, width * classes + classes))
  for (let index = 0; index < width; index++)
    for (let of = 0; of < classes; of++) {
      const weight = (solved[index * classes + of] ?? 0) / (spread[index] ?? 1)
      weights[index * classes + of] = weight
      bias[of] = (bias[of] ?? 0) - weight * (mean[index] ?? 0)
    }
  return { scale: solved[solved.length - 1] ?? 1, weights, bias }
}
