import { basename } from 'node:path'
import type { Clock } from '../clock.ts'
import type { ErrorCode } from '../errors.ts'
import { InferenceProcess } from './inference-process.ts'
import type { ModelFolder } from './model-folder.ts'
import { prove, type Proof } from './proof.ts'
import type { Tensors } from './tensor.ts'

/** Loading a model and its libraries, and a provider's first run, take longer than a run ever should. */
export const LOAD_DEADLINE_MS = 60_000

/** The process died or did not answer in time, which says nothing about the next one. */
export const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['MODEL_DOWN', 'MODEL_DEADLINE'])

export type ProvenProcess = { ok: true; process: InferenceProcess; provider: string }
export type SearchOutcome = ProvenProcess | { ok: false; code: ErrorCode; detail: string }

/**
 * Tries providers in order, each in a process of its own, and returns the first on which the model proves itself.
 * A provider that starts and answers wrongly is as good as none. `started` learns of every process, so that a stop in
 * the middle leaves none behind.
 */
export async function findProvenProvider(
  folder: ModelFolder,
  providers: readonly string[],
  clock: Clock,
  started: (process: InferenceProcess) => void,
): Promise<SearchOutcome> {
  const failures: { provider: string; code: ErrorCode; detail: string }[] = []
  for (const provider of providers) {
    const reference = provider === 'cpu' ? undefined : await cpuAnswers(folder, clock, started)
    if (reference?.proven === false) {
      failures.push({ provider: `cpu, to compare ${provider} with`, ...reference })
      continue
    }
    const process = new InferenceProcess(clock)
    started(process)
    const outcome = await loadAndProve(process, folder, provider, reference?.answers)
    if (outcome.proven) return { ok: true, process, provider }
    await process.stop()
    failures.push({ provider, ...outcome })
  }
  // Where one of them may come back by itself, the search is worth repeating.
  const code =
    failures.find((failure) => TRANSIENT.has(failure.code))?.code ?? failures.at(-1)?.code ?? 'MODEL_UNPROVEN'
  return { ok: false, code, detail: failures.map(({ provider, detail }) => `${provider}: ${detail}`).join('; ') }
}

/** The golden cases on a session that runs already. */
export function proveAgain(process: InferenceProcess, folder: ModelFolder, deadlineMs: number): Promise<Proof> {
  const outputs = folder.card.outputs.map(({ name }) => name)
  return prove(folder, (inputs) => process.run(inputs, outputs, deadlineMs))
}

async function cpuAnswers(
  folder: ModelFolder,
  clock: Clock,
  started: (process: InferenceProcess) => void,
): Promise<Proof> {
  const process = new InferenceProcess(clock)
  started(process)
  const outcome = await loadAndProve(process, folder, 'cpu')
  await process.stop()
  return outcome
}

async function loadAndProve(
  process: InferenceProcess,
  folder: ModelFolder,
  provider: string,
  reference?: readonly Tensors[],
): Promise<Proof> {
  const { card, modelFile } = folder
  const loaded = await process.load(modelFile, provider, LOAD_DEADLINE_MS)
  if (!loaded.ok) {
    // The error only says that a library is missing; which one is on standard error.
    const why = process.stderr === '' ? loaded.detail : `${loaded.detail} (${process.stderr})`
    return { proven: false, code: loaded.code, detail: why }
  }
  if (loaded.sha256 !== card.sha256)
    return { proven: false, code: 'MODEL_HASH_MISMATCH', detail: `${basename(modelFile)} changed under us` }
  for (const [kind, declared, there] of [
    ['input', card.inputs, loaded.inputs],
    ['output', card.outputs, loaded.outputs],
  ] as const) {
    const names = declared.map(({ name }) => name)
    if ([...names].sort().join() !== [...there].sort().join())
      return { proven: false, code: 'MODEL_UNPROVEN', detail: `the model's ${kind}s are ${there.join(', ')}` }
  }
  const outputs = card.outputs.map(({ name }) => name)
  return prove(folder, (inputs) => process.run(inputs, outputs, LOAD_DEADLINE_MS), reference)
}
