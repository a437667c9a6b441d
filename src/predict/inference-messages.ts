import type { Tensors } from './tensor.ts'

/** What the parent asks of the inference process; it answers each `id` once. */
export type InferenceRequest =
  | { id: number; kind: 'load'; modelFile: string; provider: string }
  | { id: number; kind: 'run'; inputs: Tensors; outputs: readonly string[] }

export type InferenceReply =
  | { id: number; kind: 'loaded'; sha256: string; inputs: readonly string[]; outputs: readonly string[] }
  | { id: number; kind: 'ran'; outputs: Tensors; runMs: number; rssBytes: number }
  | { id: number; kind: 'refused'; detail: string }
