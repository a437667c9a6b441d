import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const FINE_TUNE_USAGE = [
  'vigil fine-tune --labels FILE --out FOLDER [--model heart-sound] [--answer murmur] [--site "ICU 3"] [--seed 0]',
  '  a table of recorded files, or of windows of the archive (settings --data …, --database-url …)',
  'vigil fine-tune --labels archive --out FOLDER [--from ISO] [--to ISO] [--demo-data] …',
  '  what people said of alerts that began from then on and before then; --demo-data learns from a demonstration or a test too',
  '  exit code 0: written; 1: refused, nothing is written; 2: a running ward has the archive, stop it first',
].join('\n')

/** What one `vigil fine-tune` is to do. */
export interface TunePlan {
  model: string
  /** finding of the answer to correct; null: the model's first */
  answer: string | null
  labels: { kind: 'table'; file: string } | { kind: 'archive'; fromMs: number | null; toMs: number | null }
  /** whether windows of a demonstration or a test may be learnt from */
  demoData: boolean
  out: string
  /** name of the new model, that of its folder */
  name: string
  site: string
  seed: number
  /** the flags that are ordinary settings, for `readConfig` */
  settingsArgv: readonly string[]
}

export type PlannedTune = { ok: true; plan: TunePlan } | { ok: false; problems: readonly string[] }

const OWN = ['model', 'answer', 'labels', 'from', 'to', 'out', 'site', 'seed'] as const
const DEMO_DATA = 'demo-data'
/** Of --labels: not a file. */
const ARCHIVE = 'archive'

/** Reads the flags and reports every problem at once; looks at no file. */
export function planTune(argv: readonly string[]): PlannedTune {
  const problems: string[] = []
  const given = new Map<string, string>()
  const settingsArgv: string[] = []
  let demoData = false
  const options = {
    ...Object.fromEntries(OWN.map((flag) => [flag, { type: 'string' as const }])),
    [DEMO_DATA]: { type: 'boolean' as const },
  }
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token?.kind === 'positional') problems.push(`unknown argument ${token.value}`)
    if (token?.kind !== 'option') continue
    const { name, rawName, value } = token
    if (name === DEMO_DATA) {
      if (value !== undefined) problems.push(`--${DEMO_DATA} takes no value`)
      demoData = true
      continue
    }
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
  const labels = given.get('labels') ?? ''
  const [fromMs, toMs] = (['from', 'to'] as const).map((flag) => {
    const time = given.get(flag)
    if (time === undefined) return null
    if (labels !== ARCHIVE) problems.push(`--${flag} is of --labels ${ARCHIVE}`)
    if (Number.isNaN(Date.parse(time))) problems.push(`--${flag} is no time, such as 2026-11-30T08:00:00Z`)
    return Date.parse(time)
  })
  if (typeof fromMs === 'number' && typeof toMs === 'number' && fromMs >= toMs) problems.push('--from lies before --to')
  if (problems.length > 0) return { ok: false, problems }
  const out = resolve(given.get('out') ?? '')
  return {
    ok: true,
    plan: {
      model: given.get('model') ?? 'heart-sound',
      answer: given.get('answer') ?? null,
      labels:
        labels === ARCHIVE
          ? { kind: 'archive', fromMs: fromMs ?? null, toMs: toMs ?? null }
          : { kind: 'table', file: resolve(labels) },
      demoData,
      out,
      name: basename(out),
      site: given.get('site') ?? 'this site',
      seed,
      settingsArgv,
    },
  }
}
