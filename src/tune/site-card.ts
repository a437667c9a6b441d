import type { Answer, ModelCard } from '../predict/model-card.ts'
import type { Comparison } from './gate.ts'

/** What is the site's own about a model that was made from a parent. */
export interface SiteModel {
  name: string
  site: string
  /** whether it was let learn from a demonstration or a test */
  demoData: boolean
  answer: Answer
  comparisons: readonly Comparison[]
  sha256: string
  parameters: number
  calibration: ModelCard['calibration']
  training: ModelCard['training']
  /** what of the parent it still is, in a sentence */
  made: string
}

/** The parent's card with its lineage, how it compares by group, and what it cannot do. */
export function siteCard(parent: ModelCard, model: SiteModel): ModelCard {
  const { name, site, demoData, answer, comparisons, sha256, parameters, calibration, training } = model
  const all = comparisons.find(({ group }) => group === 'all')
  const same = { ...parent }
  // A smaller file of the parent is not one of this model.
  delete same.small
  return {
    ...same,
    name,
    version: '1.0.0',
    title: `${parent.title}, fitted to ${site}`,
    sha256,
    parameters,
    lineage: { name: parent.name, version: parent.version, sha256: parent.sha256 },
    calibration,
    data: [
      ...parent.data,
      {
        name: `labels of ${site}`,
        licence: "the site's own",
        attribution: site,
        doi: null,
        use: `${all?.labels ?? 0} labelled windows of ${all?.subjects ?? 0} subjects for the answer ${answer.finding}; none is in this folder`,
      },
    ],
    training,
    metrics: comparisons.flatMap((comparison) => metricsOf(answer, comparison)),
    cannot: [
      ...parent.cannot,
      `be taken to another site: the answer ${answer.finding} was fitted to ${site}`,
      ...(demoData ? ['be used on patients: it may have learnt from a demonstration or a test'] : []),
    ],
  }
}

function metricsOf(
  { finding }: Answer,
  { group, labels, gain, parentAuroc, siteAuroc }: Comparison,
): ModelCard['metrics'] {
  const line = { group, split: 'test' as const, n: labels }
  const estimates = {
    'area under the curve': siteAuroc,
    'area under the curve, parent': parentAuroc,
    'gain in cross-entropy over the parent': gain,
  }
  return Object.entries(estimates)
    .filter(([, { value }]) => Number.isFinite(value))
    .map(([measure, { value, low95, high95 }]) => ({
      ...line,
      measure: `${finding}: ${measure}`,
      value,
      low95: Number.isFinite(low95) ? low95 : null,
      high95: Number.isFinite(high95) ? high95 : null,
    }))
}

export function siteReadme(card: ModelCard, { comparisons, made }: SiteModel): string {
  const shown = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : '–')
  const rows = comparisons.map(
    ({ group, labels, subjects, parentAuroc, siteAuroc, gain }) =>
      `| ${group} | ${labels} | ${subjects} | ${shown(parentAuroc.value)} | ${shown(siteAuroc.value)} | ${shown(gain.value)} | ${shown(gain.low95)} to ${shown(gain.high95)} |`,
  )
  return `# ${card.name}

${card.title}. Made from ${card.lineage?.name} ${card.lineage?.version} ${made}
On subjects that neither was fitted on:

| group | windows | subjects | area, parent | area, this | gain in cross-entropy | 95 % |
|---|---|---|---|---|---|---|
${rows.join('\n')}

It cannot:
${card.cannot.map((limit) => `- ${limit}`).join('\n')}
`
}
