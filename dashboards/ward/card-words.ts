import type { ModelCard } from '../../src/predict/model-card.ts'
import type { ModelUse } from '../../src/records.ts'

export type Figure = ModelCard['metrics'][number]

/** Whether a card is that of the file that answered; of a record without a hash its name and version must do. */
export function isOfThisFile(card: Pick<ModelCard, 'version' | 'sha256' | 'small'>, model: ModelUse): boolean {
  if (/^[0-9a-f]{64}$/.test(model.sha256)) return card.sha256 === model.sha256 || card.small?.sha256 === model.sha256
  return card.version === model.version
}

/** 0.854 (0.837 to 0.870). */
export function figureWords({ value, low95, high95 }: Pick<Figure, 'value' | 'low95' | 'high95'>): string {
  const interval = low95 === null || high95 === null ? '' : ` (${number(low95)} to ${number(high95)})`
  return `${number(value)}${interval}`
}

/** The whole first, then each group with its figures together, in the order of the card. */
export function byGroup(metrics: readonly Figure[]): Figure[] {
  const groups = new Map<string, Figure[]>([['all', []]])
  for (const figure of metrics) groups.set(figure.group, [...(groups.get(figure.group) ?? []), figure])
  return [...groups.values()].flat()
}

function number(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
