import type { Tensor } from '../../src/predict/tensor.ts'

/**
 * The largest difference of two tensors: of a value above 1 in units of itself, since a float32 has seven digits wherever its point is.
 * Infinite where the shapes differ, or one side knows a value that the other does not.
 */
export function largestDifference(ours: Tensor | undefined, theirs: Tensor): number {
  if (ours?.shape.join() !== theirs.shape.join()) return Infinity
  let largest = 0
  for (const [index, value] of theirs.data.entries()) {
    const difference = differenceOf(ours.data[index] ?? NaN, value)
    if (difference > largest) largest = difference
  }
  return largest
}

export function differenceOf(ours: number, theirs: number): number {
  if (Object.is(ours, theirs) || (Number.isNaN(ours) && Number.isNaN(theirs))) return 0
  const difference = Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs))
  return Number.isNaN(difference) ? Infinity : difference
}
