import { type Result } from './outputs.ts'
import { type Expected } from './undisturbed-run.ts'

/** What comes this soon after its cause was not waited for, nor what takes twice as long as before the first blow. */
const PROMPT_MS = 1_000
const STARTING_MS = 3_000
/** What comes later than this has been waited for on any machine: the verdict calls an alert late from here on. */
export const LATE_MS = 2_000

/** How long after its cause a result was there. */
export interface Wait {
  topic: string
  id: string
  partition: number
  causeMs: number
  waitedMs: number
}

/** A blow and how long the ward took to get over it. */
export interface Recovery {
  atMs: number
  tookMs: number
}

/**
 * How long the ward took after each blow, before the next: until the last prediction that had to be waited for was there, and
 * of every partition the first alert that had to be waited for. Alerts after that one have no say; the verdict holds them against this.
 */
export function recoveriesOf(
  results: readonly Result[],
  expected: readonly Expected[],
  blowsMs: readonly number[],
): Recovery[] {
  const causes = new Map(expected.map(({ topic, id, causeMs }) => [`${topic}/${id}`, causeMs]))
  const recoveries = blowsMs.map((atMs) => ({ atMs, tookMs: 0, alerted: new Map<number, number>() }))
  const promptMs = Math.min(Math.max(PROMPT_MS, 2 * slowestBefore(results, causes, blowsMs[0] ?? 0)), LATE_MS)
  const seen = new Set<string>()
  for (const { topic, id, partition, physiological, appendTimeMs } of results) {
    const key = `${topic}/${id}`
    if ((topic !== 'predictions' && !physiological) || seen.has(key)) continue
    seen.add(key)
    const causeMs = causes.get(key)
    const blow = recoveries.findLast(({ atMs }) => atMs <= appendTimeMs)
    if (causeMs === undefined || blow === undefined || appendTimeMs - causeMs <= promptMs) continue
    const tookMs = appendTimeMs - blow.atMs
    if (topic === 'predictions') blow.tookMs = Math.max(blow.tookMs, tookMs)
    else blow.alerted.set(partition, Math.min(blow.alerted.get(partition) ?? Infinity, tookMs))
  }
  return recoveries.map(({ atMs, tookMs, alerted }) => ({ atMs, tookMs: Math.max(tookMs, ...alerted.values()) }))
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
  return slowestMs
}

/** Of every prediction and every physiological alert, in the order of the log. */
export function waitsOf(results: readonly Result[], expected: readonly Expected[]): Wait[] {
  const causes = new Map(expected.map(({ topic, id, causeMs }) => [`${topic}/${id}`, causeMs]))
  return results.flatMap(({ topic, id, partition, physiological, appendTimeMs }) => {
    const causeMs = causes.get(`${topic}/${id}`)
    if ((topic !== 'predictions' && !physiological) || causeMs === undefined) return []
    causes.delete(`${topic}/${id}`)
    return [{ topic, id, partition, causeMs, waitedMs: appendTimeMs - causeMs }]
  })
}
