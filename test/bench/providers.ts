import { SystemClock } from '../../src/clock.ts'
import type { InferenceProcess } from '../../src/predict/inference-process.ts'
import { short } from '../../src/predict/model-check.ts'
import { type ModelFolder, readModelFolder } from '../../src/predict/model-folder.ts'
import { findProvenProvider, LOAD_DEADLINE_MS } from '../../src/predict/provider-search.ts'
import { stack, type Tensors } from '../../src/predict/tensor.ts'
import { type Benchmark, type Figure, median } from './figure.ts'

const MODELS = ['heart-sound', 'alarm-truth', 'procedure-view']
const PROVIDERS = ['cpu', 'cuda', 'webgpu']
const BATCHES = [1, 32]
const RUNS = 9
/** A program that plays a graphics card takes seconds: it is measured fewer times. */
const LONGEST_MS = 20_000
const clock = new SystemClock()

/** Windows a second of each provider that is here, in the process that a ward would run, and how many times the CPU's that is. */
export const providers: Benchmark = {
  name: 'providers',
  run: async (say) => {
    const figures: Figure[] = []
    for (const model of MODELS) {
      const read = await readModelFolder(model)
      if (!read.ok) throw new Error(`${model}: ${read.detail}`)
      const onCpu = new Map<number, number>()
      for (const provider of PROVIDERS) {
        const processes: InferenceProcess[] = []
        const found = await findProvenProvider(
          read.folder,
          [provider],
          clock,
          (process) => void processes.push(process),
        )
        if (found.ok)
          for (const rows of BATCHES) {
            const perSecond = (1_000 * rows) / (await batchMs(found.process, read.folder, rows))
            figures.push(...figuresOf(model, provider, rows, perSecond, onCpu))
          }
        else say(`${model} on ${provider}: no such provider here (${short(found.detail)})`)
        await Promise.all(processes.map((process) => process.stop()))
      }
    }
    return figures
  },
}

function figuresOf(
  model: string,
  provider: string,
  rows: number,
  perSecond: number,
  onCpu: Map<number, number>,
): Figure[] {
  const says = `${model} on ${provider}, batches of ${rows}`
  const figure = { name: `${model}.${provider}.batch${rows}PerSecond`, says, value: perSecond, unit: 'windows/s' }
  if (provider === 'cpu') onCpu.set(rows, perSecond)
  const cpu = onCpu.get(rows)
  if (provider === 'cpu' || cpu === undefined) return [figure]
  return [
    figure,
    {
      name: `${model}.${provider}.batch${rows}RatioToCpu`,
      says: `${says}, against the CPU`,
      value: perSecond / cpu,
      unit: '×',
    },
  ]
}

async function batchMs(process: InferenceProcess, { card, golden }: ModelFolder, rows: number): Promise<number> {
  const outputs = card.outputs.map(({ name }) => name)
  const batch: Tensors = stack(Array.from({ length: rows }, (_, row) => golden[row % golden.length]?.inputs ?? {}))
  const run = async (): Promise<number> => {
    const outcome = await process.run(batch, outputs, LOAD_DEADLINE_MS)
    if (!outcome.ok) throw new Error(outcome.detail)
    return outcome.runMs
  }
  // The first compiles what the others run.
  let spentMs = await run()
  const times: number[] = []
  while (times.length < RUNS && (times.length === 0 || spentMs < LONGEST_MS)) {
    const ms = await run()
    times.push(ms)
    spentMs += ms
  }
  return median(times)
}
