import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const FINE_TUNE_USAGE = [
  'vigil fine-tune --labels FILE --out FOLDER [--model heart-sound] [--answer murmur] [--site "ICU 3"] [--seed 0]',
  '  and the settings of the archive (--data …, --database-url …) where labels name windows of it',
].join('\n')

/** What one `vigil fine-tune` is to do. */
export interface TunePlan {
  model: string
  /** finding of the answer to correct; null: the model's first */
  answer: string | null
  labels: string
  out: string
  /** name of the new model, that of its folder */
  name: string
  site: string
  seed: number
  /** the flags that are ordinary settings, for `readConfig` */
  settingsArgv: readonly string[]
}

export type PlannedTune = { ok: true; plan: TunePlan } | { ok: false; problems: readonly string[] }

const OWN = ['model', 'answer', 'labels', 'out', 'site', 'seed'] as const

/** Reads the flags and reports every problem at once; looks at no file. */
export function planTune(argv: readonly string[]): PlannedTune {
  const problems: string[] = []
  const given = new Map<string, string>()
  const settingsArgv: string[] = []
  const options = Object.fromEntries(OWN.map((flag) => [flag, { type: 'string' as const }]))
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind === 'positional') problems.push(`unknown argument ${token.value}`)
    if (token?.kind !== 'option') continue
    const { name, rawName, value } = token
    if (name in options) {
      if (value === undefined || value === '') problems.push(`--${name} needs a value`)
      else given.set(name, value)
      continue
    }
    // Of a flag that it does not know, parseArgs takes the value for an argument.
    const next = tokens[index + 1]
    if (value === undefined && next?.kind === 'positional') {
      settingsArgv.push(rawName, next.value)
      index++
    } else settingsArgv.push(value === undefined ? rawName : `${rawName}=${value}`)
  }
  for (const flag of ['labels', 'out'] as const) if (!given.has(flag)) problems.push(`--${flag} is missing`)
  const seed = Number(given.get('seed') ?? '0')
  if (!Number.isInteger(seed) || seed < 0) problems.push('--seed is a whole number from 0 on')
  if (problems.length > 0) return { ok: false, problems }
  const out = resolve(given.get('out') ?? '')
  return {
    ok: true,
    plan: {
      model: given.get('model') ?? 'heart-sound',
      answer: given.get('answer') ?? null,
      labels: resolve(given.get('labels') ?? ''),
      out,
      name: basename(out),
      site: given.get('site') ?? 'this site',
      seed,
      settingsArgv,
    },
  }
}
