import { PROCEDURES } from '../../src/predict/procedure-feed.ts'
import { auroc } from '../../src/tune/auroc.ts'
import { brierScore, calibrationError } from './calibration.ts'
import { type Decisions, decisionsOf, sensitivity, specificity } from './decisions.ts'
import type { FigureRow } from './evaluation.ts'
import { rowOf, shareOf, withinOne } from './frame-figures.ts'
import { type ScoredFrame, shownBy } from './frame-scores.ts'

export interface Question {
  task: string
  /** where its figures are in the JSON, below video */
  key: string
  /** its place among the model's answers, and of its procedure among PROCEDURES */
  index: number
  positive: readonly string[]
  negative: readonly string[]
  name: string
  /** who is kept together, as a group of the intervals */
  by: string
  /** AUROC of colour and texture statistics with logistic regression: same frames, same folds, the best of seven penalties */
  simpleOnDev: number
}

export const QUESTIONS: readonly Question[] = [
  {
    task: 'view_state',
    key: 'viewState',
    index: 0,
    positive: ['view_compromised', 'out_of_body', 'no_signal'],
    negative: ['view_ok'],
    name: 'laparoscopic view lost',
    by: 'video',
    simpleOnDev: 0.96,
  },
  {
    task: 'instrument_present',
    key: 'instrumentPresent',
    index: 1,
    positive: ['instrument'],
    negative: ['no_instrument'],
    name: 'instrument in laryngoscopy',
    by: 'sequence',
    simpleOnDev: 0.841,
  },
  {
    task: 'lung_abnormal',
    key: 'lungAbnormal',
    index: 2,
    positive: ['abnormal_lung'],
    negative: ['normal_lung'],
    name: 'lung abnormal in ultrasound',
    by: 'patient',
    simpleOnDev: 0.328,
  },
]

const DECIDED_FROM = 0.5
const LARGE_TOOL = 0.1

/** The figures of one question on all frames that ask it. */
export function questionRows(question: Question, scored: readonly ScoredFrame[], isDev: boolean): FigureRow[] {
  const { key, index, positive, negative, name, by, task } = question
  const labels = [...positive, ...negative]
  const asked = scored.filter(({ frame }) => frame.task === task && labels.includes(frame.label))
  if (asked.length === 0) return []
  const score = ({ answers }: ScoredFrame): number => answers[index] ?? NaN
  const happened = (some: readonly ScoredFrame[]): boolean[] => some.map(({ frame }) => positive.includes(frame.label))
  const ranked = (some: readonly ScoredFrame[]): number => auroc(happened(some), some.map(score))
  const isCalled = (one: ScoredFrame): boolean => score(one) >= DECIDED_FROM
  const decided = (some: readonly ScoredFrame[]): Decisions => decisionsOf(happened(some), some.map(isCalled))
  const isKnown = (one: ScoredFrame): boolean => shownBy(one) === PROCEDURES[index]
  const called = (some: readonly ScoredFrame[]): number => shareOf(some, isCalled)
  const spared = (some: readonly ScoredFrame[]): number => 1 - called(some)

  const subjects = new Set(asked.map(({ frame }) => frame.subject)).size
  const simple = isDev ? question.simpleOnDev : null
  const below = (measure: string): Partial<FigureRow> => ({ key: `video.${key}.${measure}` })
  const rows = [
    rowOf(`${name}: AUROC`, 'all', asked, ranked, {
      ...below('auroc'),
      simple,
      note: `interval by ${by}, of which there are ${subjects}`,
    }),
    rowOf(`${name}: AUROC within one, their mean`, `by ${by}`, asked, (some) => withinOne(some, ranked)),
    rowOf(`${name}: calibration error`, 'all', asked, (some) => calibrationError(happened(some), some.map(score)), below('ece')), // prettier-ignore
    rowOf(`${name}: Brier score`, 'all', asked, (some) => brierScore(happened(some), some.map(score)), below('brier')),
    rowOf(`${name}: sensitivity from 0.5 on`, 'all', asked, (some) => sensitivity(decided(some)), below('sensitivity')),
    rowOf(`${name}: specificity from 0.5 on`, 'all', asked, (some) => specificity(decided(some)), below('specificity')),
    rowOf(`${name}: share that is answered`, 'all but no signal', withPicture(asked), (some) => shareOf(some, isKnown), {
      ...below('answered'),
      note: 'the rest is taken for another procedure or for none that is known',
    }),
  ] // prettier-ignore
  if (task === 'view_state') {
    rows.push(rowOf(`${name}: AUROC`, 'all but no signal', withPicture(asked), ranked))
    for (const label of positive)
      rows.push(rowOf(`${name}: sensitivity from 0.5 on`, label.replaceAll('_', ' '), labelled(asked, label), called))
  }
  if (task === 'instrument_present') {
    const area = ({ frame }: ScoredFrame): number => Number(frame.extra['tool_frac'])
    const tools = labelled(asked, 'instrument')
    const [large, small] = [tools.filter((one) => area(one) >= LARGE_TOOL), tools.filter((one) => area(one) < LARGE_TOOL)] // prettier-ignore
    rows.push(rowOf(`${name}: sensitivity from 0.5 on`, 'a tenth of the frame or more', large, called))
    rows.push(rowOf(`${name}: sensitivity from 0.5 on`, 'less than a tenth of the frame', small, called))
  }
  if (task === 'lung_abnormal')
    for (const probe of new Set(asked.map(({ frame }) => frame.extra['probe'] ?? 'unknown'))) {
      const by = asked.filter(({ frame }) => (frame.extra['probe'] ?? 'unknown') === probe)
      rows.push(rowOf(`${name}: sensitivity from 0.5 on`, `${probe} probe`, labelled(by, 'abnormal_lung'), called))
      rows.push(rowOf(`${name}: specificity from 0.5 on`, `${probe} probe`, labelled(by, 'normal_lung'), spared))
    }
  return rows
}

function labelled(scored: readonly ScoredFrame[], label: string): ScoredFrame[] {
  return scored.filter(({ frame }) => frame.label === label)
}

function withPicture(scored: readonly ScoredFrame[]): ScoredFrame[] {
  return scored.filter(({ frame }) => frame.label !== 'no_signal')
}
