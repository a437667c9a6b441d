import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { ModelCard } from '../../src/predict/model-card.ts'
import type { FigureRow } from './evaluation.ts'

type Measure = ModelCard['metrics'][number]

/** Puts what was measured into the cards of the models it was measured on; figures made elsewhere (published ones) stay. */
export async function writeCardFigures(
  rows: readonly FigureRow[],
  split: Measure['split'],
): Promise<readonly string[]> {
  const names = [...new Set(rows.map(({ model }) => model))]
  for (const name of names) {
    const file = join(PACKAGE_ROOT, 'models', name, 'card.json')
    const card = JSON.parse(await readFile(file, 'utf8')) as ModelCard
    const kept = card.metrics.filter((measure) => measure.split === 'elsewhere')
    const measured = rows.filter(({ model, figure }) => model === name && Number.isFinite(figure.value))
    card.metrics = [...measured.flatMap((row) => measuresOf(row, split)), ...kept]
    await writeFile(file, `${JSON.stringify(card, null, 2)}\n`)
  }
  return names
}

function measuresOf({ measure, group, figure, simple, note }: FigureRow, split: Measure['split']): Measure[] {
  const [low95, high95] = figure.interval95?.map(rounded) ?? [null, null]
  const line = { measure, group, split, n: figure.n }
  const own = { ...line, value: rounded(figure.value), low95: low95 ?? null, high95: high95 ?? null }
  const mine = note === undefined ? own : { ...own, note }
  if (simple === null) return [mine]
  return [mine, { ...line, measure: `simple model: ${measure}`, value: rounded(simple), low95: null, high95: null }]
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
