import type { Refused } from './examples.ts'
import type { TuneOutcome } from './fine-tune.ts'
import type { Comparison, Objection } from './gate.ts'
import type { Judgement } from './judge.ts'
import type { Estimate } from './resampling.ts'

/** What a fine-tuning came to, in lines for whoever asked for it. */
export function tuneReport(outcome: TuneOutcome, out: string): string[] {
  if (outcome.outcome === 'impossible') return [`nothing was fitted: ${outcome.why}`]
  if (outcome.outcome === 'archive_in_use')
    return [
      `nothing was fitted: ${outcome.why}`,
      'stop the ward and try again; an archive on a database server (--database-url) can be read while the ward runs',
    ]
  const left = outcome.leftOut.map(({ count, says }) => `left out: ${count} labelled alerts ${says}`)
  const table = [...left, ...outcome.comparisons.map(lineOf)]
  if (outcome.outcome === 'refused') {
    return [...table, 'refused, nothing was written:', ...outcome.objections.map(objection)]
  }
  const { stiffness, temperature } = outcome.fit
  return [
    ...table,
    `stiffness ${stiffness}, temperature ${temperature.toFixed(3)}`,
    `written to ${out}; its card says what it was made from and how it compares`,
  ]
}

/** What a judgement came to, likewise. */
export function judgeReport(judgement: Judgement, candidate: string): string[] {
  if (judgement.outcome === 'impossible') return [`nothing was judged: ${judgement.why}`]
  const table = judgement.comparisons.map(lineOf)
  if (judgement.outcome === 'refused')
    return [...table, 'refused, its card stays as it is:', ...judgement.objections.map(objection)]
  return [...table, `let through; the card of ${candidate} says what it was made from and how it compares`]
}

function objection(one: Objection | Refused): string {
  return `  ${one.code} ${'from' in one ? `${one.from}: ` : ''}${one.says}`
}

function lineOf({ group, labels, subjects, gain, parentAuroc, siteAuroc, decides }: Comparison): string {
  const size = `${labels} windows of ${subjects} subjects${decides ? '' : ' (too few to decide)'}`
  return `${group}: ${size}; area ${shown(parentAuroc)} parent, ${shown(siteAuroc)} new; gain in cross-entropy ${shown(gain)}`
}

function shown({ value, low95, high95 }: Estimate): string {
  return `${value.toFixed(3)} [${low95.toFixed(3)}, ${high95.toFixed(3)}]`
}
