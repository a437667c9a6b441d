import type { ModelFolder } from '../predict/model-folder.ts'
import { auroc } from './auroc.ts'
import type { Scored } from './cross-fit.ts'
import { estimate, type Estimate } from './resampling.ts'
import { type Example, LEAST_PROBABILITY } from './site-head.ts'

const LEAST_LABELS = 40
const LEAST_SUBJECTS_PER_CLASS = 8
/** A group with fewer subjects is shown and decides nothing. */
const LEAST_SUBJECTS_PER_GROUP = 10
/** What the site's model may lose on the parent's own subjects, in cross-entropy: a site may differ, but a heart is a heart. */
const MOST_LOST_ON_ANCHOR = 0.1

/** Why labels, or what was learnt from them, are refused. */
export interface Objection {
  code:
    | 'TUNE_PARENT_SMALL'
    | 'TUNE_TOO_FEW'
    | 'TUNE_LABELS_CONTRADICT'
    | 'TUNE_NOT_LEARNT'
    | 'TUNE_NOT_BETTER'
    | 'TUNE_WORSE_FOR_GROUP'
    | 'TUNE_FORGETS'
  says: string
}

/** The site's model beside the parent, on subjects that neither was fitted on. */
export interface Comparison {
  /** all, or column=value */
  group: string
  labels: number
  subjects: number
  /** mean cross-entropy of the parent minus that of the site's model: above 0 the site's is better */
  gain: Estimate
  /** area under the curve of the positive class; NaN where a class is lacking */
  parentAuroc: Estimate
  siteAuroc: Estimate
  aurocGain: Estimate
  /** false: too few subjects to say */
  decides: boolean
}

/**
 * Before anything is read: a smaller file is no parent. It sees subjects otherwise than the model that brings them to be held against, and a
 * child of it would have lost what the smaller file lost, for good and unsaid.
 */
export function unfitAsParent({ card }: ModelFolder): Objection[] {
  if (card.small?.sha256 !== card.sha256) return []
  const model = card.name.replace(/:small$/, '')
  return [{ code: 'TUNE_PARENT_SMALL', says: `${card.name} is a smaller file; start from ${model}` }]
}

/** Before anything is fitted: whether there is enough to learn from, and to notice that it went wrong. */
export function enough(examples: readonly Example[], classes: readonly string[]): Objection[] {
  const objections: Objection[] = []
  const few = (says: string): void => void objections.push({ code: 'TUNE_TOO_FEW', says })
  if (examples.length < LEAST_LABELS) few(`${examples.length} labelled windows; there must be ${LEAST_LABELS}`)
  if (new Set(examples.map(({ label }) => label)).size < 2) few('all labels are the same')
  for (const [label, name] of classes.entries()) {
    const subjects = new Set(examples.filter((example) => example.label === label).map(({ subject }) => subject)).size
    // A class that nobody has is left to the parent; one that few have would be learnt by heart.
    if (subjects > 0 && subjects < LEAST_SUBJECTS_PER_CLASS)
      few(`${subjects} subjects are ${name}; there must be ${LEAST_SUBJECTS_PER_CLASS}, or none`)
  }
  return objections
}

/** Overall and by group; the same subjects are drawn for both. `positive`: number of the class whose ranking is measured. */
export function compare(scored: readonly Scored[], positive: number, seed: number): Comparison[] {
  const groups = new Map<string, Scored[]>([['all', [...scored]]])
  for (const one of scored)
    for (const [name, value] of Object.entries(one.example.groups)) {
      const members = groups.get(`${name}=${value}`)
      if (members === undefined) groups.set(`${name}=${value}`, [one])
      else members.push(one)
    }
  return [...groups].map(([group, members]) => comparisonOf(group, members, positive, seed))
}

/** What speaks against the site's model. `anchor`: the same two on subjects of the parent; empty where it brings none. */
export function objectionsTo(
  scored: readonly Scored[],
  comparisons: readonly Comparison[],
  anchor: readonly Scored[],
  seed: number,
): Objection[] {
  const objections: Objection[] = []
  const object = (code: Objection['code'], says: string): void => void objections.push({ code, says })
  const agreement = agreementWithParent(scored, seed)
  if (agreement.high95 < 0.5)
    object(
      'TUNE_LABELS_CONTRADICT',
      `the labels say the opposite of the parent (${shown(agreement)} agree): are they swapped?`,
    )
  for (const { group, gain, siteAuroc, aurocGain, decides } of comparisons) {
    if (group === 'all') {
      if (!(siteAuroc.low95 > 0.5))
        object('TUNE_NOT_LEARNT', `on new subjects it ranks no better than chance: area ${shown(siteAuroc)}`)
      if (!(gain.low95 > 0)) object('TUNE_NOT_BETTER', `the gain over the parent may be none: ${shown(gain)}`)
      if (aurocGain.high95 < 0) object('TUNE_NOT_BETTER', `it ranks worse than the parent: ${shown(aurocGain)}`)
    } else if (decides && (gain.high95 < 0 || aurocGain.high95 < 0))
      object(
        'TUNE_WORSE_FOR_GROUP',
        `for ${group} it is worse than the parent: ${shown(gain.high95 < 0 ? gain : aurocGain)}`,
      )
  }
  return [...objections, ...forgotten(anchor)]
}

/** What speaks against a model on subjects of its parent; none where there are none. */
export function forgotten(anchor: readonly Scored[]): Objection[] {
  const lost = -gainOf(anchor)
  if (anchor.length === 0 || lost <= MOST_LOST_ON_ANCHOR) return []
  const says = `on subjects of the parent it loses ${lost.toFixed(3)}; it may lose ${MOST_LOST_ON_ANCHOR}`
  return [{ code: 'TUNE_FORGETS', says }]
}

function comparisonOf(group: string, members: readonly Scored[], positive: number, seed: number): Comparison {
  const subjects = members.map(({ example }) => example.subject)
  const measured = (measure: (chosen: readonly Scored[]) => number): Estimate =>
    estimate(subjects, (rows) => measure(rows.flatMap((row) => members[row] ?? [])), seed)
  const area = (who: 'parent' | 'site') => (chosen: readonly Scored[]) =>
    auroc(
      chosen.map(({ example }) => example.label === positive),
      chosen.map((one) => one[who][positive] ?? NaN),
    )
  const count = new Set(subjects).size
  return {
    group,
    labels: members.length,
    subjects: count,
    gain: measured(gainOf),
    parentAuroc: measured(area('parent')),
    siteAuroc: measured(area('site')),
    aurocGain: measured((chosen) => area('site')(chosen) - area('parent')(chosen)),
    decides: group === 'all' || count >= LEAST_SUBJECTS_PER_GROUP,
  }
}

/** The share of labels to which the parent gives more than it gives their class on average. */
function agreementWithParent(scored: readonly Scored[], seed: number): Estimate {
  const usual = (of: number): number => mean(scored.map(({ parent }) => parent[of] ?? 0))
  const averages = Array.from({ length: scored[0]?.parent.length ?? 0 }, (_, of) => usual(of))
  const agrees = scored.map(({ parent, example: { label } }) => Number((parent[label] ?? 0) > (averages[label] ?? 0)))
  return estimate(
    scored.map(({ example }) => example.subject),
    (rows) => mean(rows.map((row) => agrees[row] ?? NaN)),
    seed,
  )
}

function gainOf(scored: readonly Scored[]): number {
  return mean(scored.map(({ example: { label }, parent, site }) => lossOf(parent, label) - lossOf(site, label)))
}

function lossOf(probabilities: Float64Array, label: number): number {
  return -Math.log(Math.max(probabilities[label] ?? 0, LEAST_PROBABILITY))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function shown({ value, low95, high95 }: Estimate): string {
  return `${value.toFixed(3)} [${low95.toFixed(3)}, ${high95.toFixed(3)}]`
}
