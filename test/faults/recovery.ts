import { type Result } from './outputs.ts'
import { type Expected } from './undisturbed-run.ts'

/** What comes this soon after its cause was not waited for, nor what takes twice as long as before the first blow. */
const PROMPT_MS = 1_000
const STARTING_MS = 3_000
/** A machine that is busier than this shows nothing. */
const SLOWEST_MS = 1_500

/** A blow and how long the ward took to get over it. */
export interface Recovery {
  atMs: number
  tookMs: number
}

/**
 * How long the ward took after each blow: until the last prediction that had to be waited for, before the next blow, was
 * there. Alerts are held against this by the verdict, so they have no say in it.
 */
export function recoveriesOf(
  results: readonly Result[],
  expected: readonly Expected[],
  blowsMs: readonly number[],
): Recovery[] {
  const causes = new Map(expected.map(({ topic, id, causeMs }) => [`${topic}/${id}`, causeMs]))
  const recoveries = blowsMs.map((atMs) => ({ atMs, tookMs: 0 }))
  const promptMs = Math.max(PROMPT_MS, 2 * slowestBefore(results, causes, blowsMs[0] ?? 0))
  const seen = new Set<string>()
  for (const { topic, id, appendTimeMs } of results) {
    if (topic !== 'predictions' || seen.has(id)) continue
    seen.add(id)
    const causeMs = causes.get(`${topic}/${id}`)
    const blow = recoveries.findLast(({ atMs }) => atMs <= appendTimeMs)
    if (causeMs === undefined || blow === undefined || appendTimeMs - causeMs <= promptMs) continue
    blow.tookMs = Math.max(blow.tookMs, appendTimeMs - blow.atMs)
  }
  return recoveries
}

/** A busy machine is slow without a fault; how slow it is while it starts does not count. */
function slowestBefore(results: readonly Result[], causes: ReadonlyMap<string, number>, firstBlowMs: number): number {
  const settledMs = Math.min(...causes.values()) + STARTING_MS
  let slowestMs = 0
  for (const { topic, id, appendTimeMs } of results) {
    const causeMs = causes.get(`${topic}/${id}`)
    if (topic !== 'predictions' || causeMs === undefined || causeMs < settledMs || appendTimeMs >= firstBlowMs) continue
    slowestMs = Math.max(slowestMs, appendTimeMs - causeMs)
  }
  return Math.min(slowestMs, SLOWEST_MS)
}
