import type { ErrorCode } from '../errors.ts'
import type { Golden, GoldenCase } from './golden.ts'
import type { ModelFolder } from './model-folder.ts'
import type { RunOutcome } from './inference-process.ts'
import { hasRows, rowOf, stack, type Tensors } from './tensor.ts'

export type Run = (inputs: Tensors) => Promise<RunOutcome>

/** `answers`: what the cases gave, one by one, to compare another provider with. */
export type Proof = { proven: true; answers: readonly Tensors[] } | { proven: false; code: ErrorCode; detail: string }

/**
 * Proves a loaded model: each golden case alone, then all of them as one batch, must give what the card's maker got (a
 * smaller file's as near as the card says), in the shapes that the card says; and, where given, what another provider gave (the CPU's answer, for any accelerator).
 */
export async function prove(
  { card, golden, tolerance, moves }: ModelFolder,
  run: Run,
  reference?: readonly Tensors[],
): Promise<Proof> {
  const answers: Tensors[] = []
  for (const [index, one] of golden.entries()) {
    const outcome = await run(stack([one.inputs]))
    if (!outcome.ok) return { proven: false, code: outcome.code, detail: `${one.name}: ${outcome.detail}` }
    for (const { name, shape } of card.outputs)
      if (outcome.outputs[name]?.shape.join() !== [1, ...shape.slice(1)].join())
        return { proven: false, code: 'MODEL_UNPROVEN', detail: `${name} is not of the card's shape` }
    const answer = rowOf(outcome.outputs, 0)
    const difference =
      differs(one, answer, one.outputs, tolerance, moves) ??
      (reference === undefined ? null : differs(one, answer, reference[index] ?? {}, tolerance))
    if (difference !== null) return { proven: false, code: 'MODEL_UNPROVEN', detail: difference }
    answers.push(answer)
  }
  const batch = await run(stack(golden.map(({ inputs }) => inputs)))
  if (!batch.ok) return { proven: false, code: batch.code, detail: `all cases in one batch: ${batch.detail}` }
  if (!hasRows(batch.outputs, golden.length))
    return { proven: false, code: 'MODEL_UNPROVEN', detail: 'a batch gives another number of rows' }
  for (const [index, one] of golden.entries()) {
    const difference = differs(one, rowOf(batch.outputs, index), one.outputs, tolerance, moves)
    if (difference !== null) return { proven: false, code: 'MODEL_UNPROVEN', detail: `in a batch, ${difference}` }
  }
  return { proven: true, answers }
}

/** What differs, in words; null when everything is within tolerance. A value that is not a number never is. */
function differs(
  { name: caseName }: GoldenCase,
  answer: Tensors,
  expected: Tensors,
  { absolute, relative }: Golden['tolerance'],
  moves: ModelFolder['moves'] = {},
): string | null {
  for (const [name, { data }] of Object.entries(expected)) {
    const got = answer[name]?.data
    if (got?.length !== data.length) return `${caseName}: ${name} is not of the expected size`
    for (const [index, value] of data.entries()) {
      const error = Math.abs((got[index] ?? NaN) - value)
      if (!(error <= absolute + relative * Math.abs(value) + (moves[name] ?? 0)))
        return `${caseName}: ${name}[${index}] is ${got[index]}, expected ${value}`
    }
  }
  return null
}
