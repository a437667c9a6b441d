/** One measured figure; `name` is what the JSON calls it, `says` what the table does. */
export interface Figure {
  name: string
  says: string
  value: number
  unit: string
}

/** What the command line says beside `--only` and `--json`. */
export interface BenchOptions {
  /** folder of the Kafka Streams peer; null: no comparison */
  peer: string | null
  pairs: number
  patients: number
  seconds: number
  processes: number
  /** of the ward that latencies are measured on */
  beds: number
  /** that a screen is looked at */
  minutes: number
  /** file for the drawing of the scale; null: none is drawn */
  plot: string | null
}

/** A part of the benchmark: what `--only` names, and the figures it gives. */
export interface Benchmark {
  name: string
  run(say: (line: string) => void, options: BenchOptions): Promise<Figure[]>
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The q-th quantile by linear interpolation between order statistics (Hyndman and Fan, type 7). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const below = sorted[Math.floor(at)] ?? NaN
  const above = sorted[Math.ceil(at)] ?? NaN
  // Not interpolated where both are the same: infinities have no difference.
  return below === above ? below : below + (above - below) * (at - Math.floor(at))
}
