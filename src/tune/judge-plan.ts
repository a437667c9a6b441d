import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export const JUDGE_USAGE = [
  'vigil judge --candidate FOLDER --scores FILE [--model heart-sound] [--site "ICU 3"] [--seed 0]',
  '  a model that was trained elsewhere, by the gate of fine-tune, on the scores that its training wrote; let through, its card is completed',
].join('\n')

/** What one `vigil judge` is to hold against its parent. */
export interface JudgePlan {
  candidate: string
  scores: string
  /** the parent */
  model: string
  site: string
  seed: number
}

export type PlannedJudgement = { ok: true; plan: JudgePlan } | { ok: false; problems: readonly string[] }

const FLAGS = ['candidate', 'scores', 'model', 'site', 'seed'] as const

/** Reads the flags and reports every problem at once; looks at no file. */
export function planJudgement(argv: readonly string[]): PlannedJudgement {
  const problems: string[] = []
  const given = new Map<string, string>()
  const options = Object.fromEntries(FLAGS.map((flag) => [flag, { type: 'string' as const }]))
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`unknown argument ${token.value}`)
    if (token.kind !== 'option') continue
    if (!(token.name in options)) problems.push(`unknown flag ${token.rawName}`)
    else if (token.value === undefined || token.value === '') problems.push(`--${token.name} needs a value`)
    else given.set(token.name, token.value)
  }
  for (const flag of ['candidate', 'scores'] as const) if (!given.has(flag)) problems.push(`--${flag} is missing`)
  const seed = Number(given.get('seed') ?? '0')
  if (!Number.isInteger(seed) || seed < 0) problems.push('--seed is a whole number from 0 on')
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    plan: {
      candidate: resolve(given.get('candidate') ?? ''),
      scores: resolve(given.get('scores') ?? ''),
      model: given.get('model') ?? 'heart-sound',
      site: given.get('site') ?? 'this site',
      seed,
    },
  }
}
