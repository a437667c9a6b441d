import type { Fault, Outcome } from './fault.ts'

/** One strike, as the table and the file of figures have it. */
export type Run = {
  fault: string
  seed: number
  /** The first seed of its ward, which is that of the ward's load. */
  wardSeed: number
  /** Which of its ward's strikes it was, from 1. */
  strike: number
  /** When its ward was started. */
  date: string
  /** What was at work; null: not known. */
  version: string | null
  wallS: number
} & (
  | ({ kind: 'tried'; withinMs: number } & Outcome)
  /** It could not be tried here, or the harness itself failed. */
  | { kind: 'left_out' | 'broken'; why: string }
)

/** Nothing missing, twice, other or late, and live again in time. What was left out is not bad, only not shown. */
export function isGood(run: Run): boolean {
  if (run.kind !== 'tried') return run.kind === 'left_out'
  const { missing, doubled, other, late } = run.verdict
  return missing + doubled + other + late === 0 && run.recoveryMs <= run.withinMs && run.troubles.length === 0
}

const HEAD = [
  'fault',
  'runs',
  'results',
  'missing',
  'doubled',
  'other',
  'late',
  'copies',
  'recovery median',
  'worst',
  'slow',
  'target',
  'good',
  's a run',
]

/** Fault × runs × missing × doubled × recovery, in Markdown. */
export function table(faults: readonly Fault[], runs: readonly Run[]): string {
  const rows = faults.flatMap(({ name }) => {
    const own = runs.filter(({ fault }) => fault === name)
    if (own.length === 0) return []
    const tried = own.filter((run) => run.kind === 'tried')
    const sum = (count: (run: (typeof tried)[number]) => number): number =>
      tried.reduce((all, run) => all + count(run), 0)
    const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
    const recoveries = tried.map(({ recoveryMs }) => recoveryMs).sort((a, b) => a - b)
    return [
      [
        name,
        tried.length,
        sum(({ verdict }) => verdict.expected),
        sum(({ verdict }) => verdict.missing),
        sum(({ verdict }) => verdict.doubled),
        sum(({ verdict }) => verdict.other),
        sum(({ verdict }) => verdict.late),
        sum(({ verdict }) => verdict.copies),
        `${seconds(recoveries[Math.floor(recoveries.length / 2)] ?? 0)} s`,
        `${seconds(recoveries.at(-1) ?? 0)} s`,
        sum(({ slow = 0 }) => slow),
        `${seconds(tried[0]?.withinMs ?? 0)} s`,
        `${own.filter(isGood).length}/${own.length}`,
        (own.reduce((all, { wallS }) => all + wallS, 0) / own.length).toFixed(0),
      ],
    ]
  })
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** One run in a line, and what is wrong with it below. */
export function lineOf(run: Run): string {
  const head = `${isGood(run) ? '✔' : '✖'} ${run.fault}, seed ${run.seed}${placeOf(run)}, ${run.wallS} s:`
  if (run.kind !== 'tried') return `${head} ${run.kind === 'left_out' ? 'left out' : 'broken'}: ${run.why}`
  const { expected, missing, doubled, other, late, copies, examples } = run.verdict
  const counts = `${expected} results, ${missing} missing, ${doubled} doubled, ${other} other, ${late} late, ${copies} copies`
  const lines = [...examples, ...run.troubles].map((line) => `\n    ${line}`).join('')
  const slow = (run.slow ?? 0) === 0 ? '' : `, ${run.slow} slow after`
  return `${head} ${counts}, recovered in ${(run.recoveryMs / 1_000).toFixed(1)} s${slow}${lines}`
}

/** A strike after others has a log and states behind it. */
function placeOf({ strike, wardSeed }: Run): string {
  return strike === 1 ? '' : ` (strike ${strike} of ward ${wardSeed})`
}
