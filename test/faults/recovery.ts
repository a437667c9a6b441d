import { type Result } from './outputs.ts'
import { type Expected } from './undisturbed-run.ts'

/** What comes this soon after its cause was not waited for. */
const PROMPT_MS = 1_000

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
  const seen = new Set<string>()
  for (const { topic, id, appendTimeMs } of results) {
    if (topic !== 'predictions' || seen.has(id)) continue
    seen.add(id)
    const causeMs = causes.get(`${topic}/${id}`)
    const blow = recoveries.findLast(({ atMs }) => atMs <= appendTimeMs)
    if (causeMs === undefined || blow === undefined || appendTimeMs - causeMs <= PROMPT_MS) continue
    blow.tookMs = Math.max(blow.tookMs, appendTimeMs - blow.atMs)
  }
  return recoveries
}
