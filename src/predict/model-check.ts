import { stripVTControlCharacters } from 'node:util'
import { type Check, type Finding, broken, ok, warning } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { InferenceProcess } from './inference-process.ts'
import { type ModelFolder, readModelFolder } from './model-folder.ts'
import { findProvenProvider } from './provider-search.ts'

const ABOUT = 'model'
/** The runtime's own words go on for pages. */
const MOST_WORDS = 160
const TODO = {
  MODEL_HASH_MISMATCH: 'bring back the file that card.json names by sha256: it is damaged, or another one',
  MODEL_CARD_INVALID: 'correct --models, or bring the folder back with model.onnx, card.json and golden.json',
  MODEL_NO_SMALL: 'leave :small away: only models whose card says what a smaller file loses have one',
} as const

/** Each model: the file is the card's, and it gives its golden answers on every provider that is named. */
export function modelCheck({ models, providers }: Pick<Config, 'models' | 'providers'>, clock: Clock): Check {
  return {
    about: ABOUT,
    look: async (signal) => {
      if (models.length === 0) return [ok(ABOUT, 'none is named; scores are NEWS2 alone')]
      return (await Promise.all(models.map((name) => findingsOf(name, providers, clock, signal)))).flat()
    },
  }
}

async function findingsOf(
  name: string,
  providers: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<Finding[]> {
  const read = await readModelFolder(name)
  if (!read.ok) {
    return [broken(ABOUT, `${name}: ${short(read.detail)} (${read.code})`, TODO[read.code])]
  }
  const tried: { provider: string; detail: string | null }[] = []
  for (const provider of providers)
    if (!signal.aborted) tried.push({ provider, detail: await failureOn(provider, read.folder, clock, signal) })
  const proven = tried.find(({ detail }) => detail === null)
  const { card, moves } = read.folder
  const label = `${name} ${card.version}`
  const near = Object.keys(moves).length === 0 ? '' : ', as near as the card says of the smaller file'
  if (proven !== undefined)
    return [
      ok(ABOUT, `${label} gives its golden answers on ${proven.provider}${near}`),
      ...tried.flatMap(({ provider, detail }) =>
        detail === null ? [] : [warning('provider', `${provider}: ${detail}`, remedy(provider))],
      ),
    ]
  return tried.map(({ provider, detail }) =>
    broken('provider', `${label} does not run on ${provider}: ${detail ?? ''}`, remedy(provider)),
  )
}

/** Null: the model proves itself there. */
async function failureOn(
  provider: string,
  folder: ModelFolder,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | null> {
  const processes = new Set<InferenceProcess>()
  const stop = (): void => processes.forEach((process) => void process.stop())
  signal.addEventListener('abort', stop)
  const outcome = await findProvenProvider(folder, [provider], clock, (process) => {
    processes.add(process)
    if (signal.aborted) void process.stop()
  })
  if (!outcome.ok) return short(outcome.detail.replace(`${provider}: `, ''))
  await outcome.process.stop()
  return null
}

function remedy(provider: string): string {
  if (provider === 'cpu')
    return 'install the packages anew (npm ci): onnxruntime-node does not run here, or the model is not its own'
  if (provider === 'cuda' || provider === 'tensorrt')
    return `add the CUDA libraries (README, Dependencies) and a driver, or leave ${provider} out of --providers`
  return `leave ${provider} out of --providers, or run where it is: cuda, tensorrt, webgpu, coreml, dml and cpu are known`
}

/** One line; of a library that is not there, its name is enough. */
export function short(detail: string): string {
  const [, library] = /([^\s/]+\.so[.\d]*): cannot open shared object file/.exec(detail) ?? []
  if (library !== undefined) return `${library} is not here`
  const line = stripVTControlCharacters(detail).replace(/\s+/g, ' ').trim()
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line
}
