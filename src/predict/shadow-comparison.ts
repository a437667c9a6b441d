import type { ModelAnswer } from './model-answer.ts'

/** How a model in the shadow answers beside the one that serves, over the windows of this process since it was put there. */
export interface ShadowFigures {
  /** windows that both were asked about */
  windows: number
  bothAnswered: number
  onlyServing: number
  onlyShadow: number
  /** of those that both answered, how many they decide alike */
  sameDecision: number
  /** of the shadow's score minus the serving one's: sum, sum of squares, sum of sizes */
  sum: number
  squares: number
  sizes: number
  /** how often which decision stood against which: "murmur_absent > murmur_present" */
  pairs: Record<string, number>
}

export class ShadowComparison {
  readonly #figures: ShadowFigures = {
    windows: 0,
    bothAnswered: 0,
    onlyServing: 0,
    onlyShadow: 0,
    sameDecision: 0,
    sum: 0,
    squares: 0,
    sizes: 0,
    pairs: {},
  }

  get figures(): Readonly<ShadowFigures> {
    return this.#figures
  }

  /** null: it did not answer */
  add(serving: ModelAnswer | null, shadow: ModelAnswer | null): void {
    const figures = this.#figures
    figures.windows++
    const [live, dark] = [serving?.use ? serving.part : null, shadow?.use ? shadow.part : null]
    if (live !== null && dark === null) figures.onlyServing++
    if (live === null && dark !== null) figures.onlyShadow++
    if (live === null || dark === null) return
    figures.bothAnswered++
    const pair = `${live.findings[0]?.code ?? 'nothing'} > ${dark.findings[0]?.code ?? 'nothing'}`
    figures.pairs[pair] = (figures.pairs[pair] ?? 0) + 1
    if (live.findings[0]?.code === dark.findings[0]?.code) figures.sameDecision++
    if (live.score === null || dark.score === null) return
    const difference = dark.score - live.score
    figures.sum += difference
    figures.squares += difference ** 2
    figures.sizes += Math.abs(difference)
  }
}

/** In words, for whoever decides whether it is promoted. */
export function shadowReport(name: string, figures: Readonly<ShadowFigures>): string[] {
  const { windows, bothAnswered, onlyServing, onlyShadow, sameDecision, sum, sizes, pairs } = figures
  const share = (count: number): string => `${((100 * count) / Math.max(1, bothAnswered)).toFixed(1)} %`
  const mean = (total: number): string => (total / Math.max(1, bothAnswered)).toFixed(4)
  return [
    `${name}: ${windows} windows; both answered ${bothAnswered}, only the one that serves ${onlyServing}, only this one ${onlyShadow}`,
    `  the same decision in ${share(sameDecision)}; its score is ${mean(sum)} higher on average, ${mean(sizes)} apart`,
    ...Object.entries(pairs)
      .sort(([, a], [, b]) => b - a)
      .map(([pair, count]) => `  ${pair}: ${count}`),
  ]
}
