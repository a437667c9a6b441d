import { keyOf, type Result } from './outputs.ts'
import type { StrikeTimes } from './strike.ts'
import type { Expected } from './undisturbed-inputs.ts'

/** What comes this soon after its cause was not waited for, nor what takes twice as long as before the strike's first blow. */
const PROMPT_MS = 1_000
const STARTING_MS = 3_000
/** What comes later than this has been waited for on any machine: the verdict calls an alert late from here on. */
export const LATE_MS = 2_000

/** Who has lacked nothing for this long is live again: windows of every bed have closed in it. */
const QUIET_MS = 10_000

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
  /** Predictions that had to be waited for when the ward had got over it: a machine that others use as well, or a ward that falls back. */
  slowAfter: number
}

/** From its cause on the ward lacks a result, until it is there. */
interface Lack {
  fromMs: number
  toMs: number
  isAlert: boolean
}

/**
 * How long the ward took after each blow of each strike, before the next: until nothing had to be waited for that was caused in the 10 s
 * from then on. What counts is every prediction that had to be waited for, and of every partition the first such alert. Alerts after that
 * one have no say; the verdict holds them against this.
 */
export function recoveriesOf(
  results: readonly Result[],
  expected: readonly Expected[],
  strikes: readonly StrikeTimes[],
): Recovery[][] {
  const causes = new Map(expected.map((result) => [keyOf(result), result.causeMs]))
  const recoveries = strikes.map((strike) => {
    const promptMs = Math.min(Math.max(PROMPT_MS, 2 * slowestBefore(results, causes, strike)), LATE_MS)
    return strike.blowsMs.map((atMs) => ({ atMs, promptMs, lacks: [] as Lack[], alerted: new Set<number>() }))
  })
  const blows = recoveries.flat()
  const seen = new Set<string>()
  for (const result of results) {
    const { topic, partition, physiological, appendTimeMs } = result
    const key = keyOf(result)
    if ((topic !== 'predictions' && !physiological) || seen.has(key)) continue
    seen.add(key)
    const causeMs = causes.get(key)
    const blow = blows.findLast(({ atMs }) => atMs <= appendTimeMs)
    if (causeMs === undefined || blow === undefined || appendTimeMs - causeMs <= blow.promptMs) continue
    const isAlert = topic !== 'predictions'
    if (isAlert && blow.alerted.has(partition)) continue
    if (isAlert) blow.alerted.add(partition)
    blow.lacks.push({ fromMs: causeMs, toMs: appendTimeMs, isAlert })
  }
  return recoveries.map((own) => own.map(({ atMs, lacks }) => gotOver(atMs, lacks)))
}

/** Lack after lack, as long as one begins before the ward has lacked nothing for long enough. */
function gotOver(atMs: number, lacks: readonly Lack[]): Recovery {
  let recoveredMs = atMs
  let slowAfter = 0
  for (const { fromMs, toMs, isAlert } of [...lacks].sort((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs <= recoveredMs + QUIET_MS) recoveredMs = Math.max(recoveredMs, toMs)
    else if (!isAlert) slowAfter++
  }
  return { atMs, tookMs: recoveredMs - atMs, slowAfter }
}

/** A busy machine is slow without a fault; how slow it is while the ward starts or comes back does not count. */
function slowestBefore(
  results: readonly Result[],
  causes: ReadonlyMap<string, number>,
  { liveMs, blowsMs: [firstBlowMs = 0] }: StrikeTimes,
): number {
  const settledMs = Math.max(liveMs, Math.min(...causes.values()) + STARTING_MS)
  let slowestMs = 0
  for (const result of results) {
    const { topic, appendTimeMs } = result
    const causeMs = causes.get(keyOf(result))
    if (topic !== 'predictions' || causeMs === undefined || causeMs < settledMs || appendTimeMs >= firstBlowMs) continue
    slowestMs = Math.max(slowestMs, appendTimeMs - causeMs)
  }
  return slowestMs
}

/** Of every prediction and every physiological alert, in the order of the log. */
export function waitsOf(results: readonly Result[], expected: readonly Expected[]): Wait[] {
  const causes = new Map(expected.map((result) => [keyOf(result), result.causeMs]))
  return results.flatMap(({ topic, id, partition, physiological, appendTimeMs }) => {
    const key = keyOf({ topic, id })
    const causeMs = causes.get(key)
    if ((topic !== 'predictions' && !physiological) || causeMs === undefined) return []
    causes.delete(key)
    return [{ topic, id, partition, causeMs, waitedMs: appendTimeMs - causeMs }]
  })
}
