import { createHash } from 'node:crypto'

export const FOLDS = 5

/**
 * Which fifth of the subjects a subject is in; models/training/folds.py does the same. held-out/fold-N.onnx of a model was trained on the
 * other four.
 */
export function foldOf(subject: string): number {
  return createHash('sha256').update(subject).digest().readUInt32BE(0) % FOLDS
}
