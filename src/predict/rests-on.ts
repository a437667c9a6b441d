import type { Finding } from '../reading.ts'
import type { EvidenceName } from './evidence.ts'
import type { RiskBlock } from './risk-block.ts'
import type { Tensors } from './tensor.ts'
import type { PreparedWindow } from './window-tensors.ts'

/** What an evidence's own answer came to. */
export interface Verdict {
  /** false: it does not know */
  isDecided: boolean
  /** Its finding is there. */
  isPresent: boolean
}

type Channels = NonNullable<RiskBlock['channels']>[number]
type Span = Extract<Channels, { stepMs: number }>

interface Weight {
  what: string
  logOdds: number
}

/** A tenth of log-odds moves a probability by a fortieth at most. */
const LEAST_LOG_ODDS = 0.1
const MOST_CHANNELS = 3

/**
 * The channels that say most of an evidence's own answer, or the seconds in which a finding is heard; those of hardly any weight are left out.
 * None where the model does not say, or does not know.
 */
export function restsOn(
  { channels }: RiskBlock,
  name: EvidenceName,
  verdict: Verdict,
  outputs: Tensors,
  prepared: PreparedWindow,
): Finding[] {
  const of = channels?.find(({ evidence }) => evidence === name)
  if (of === undefined || !verdict.isDecided) return []
  const logOdds = Array.from(outputs[of.output]?.data ?? [], rounded)
  const weighed = 'names' in of ? weighedNames(of.names, logOdds) : weighedSpans(of, verdict, logOdds, prepared)
  const [first] = [...weighed].sort(byWeight)
  if (first === undefined) return []
  const words = weighed.map(({ what, logOdds }) => `${what} (${logOdds > 0 ? 'raises' : 'lowers'} it)`)
  return [{ code: 'rests_on', value: first.logOdds, text: `mostly by ${words.join(', ')}` }]
}

function weighedNames(names: readonly string[], logOdds: readonly number[]): Weight[] {
  return heaviest(names.map((what, index) => ({ what, logOdds: logOdds[index] ?? NaN })))
}

/** Seconds of the window, those beside each other as one. What is not there was heard in none of them. */
function weighedSpans(
  { stepMs }: Span,
  { isPresent }: Verdict,
  logOdds: readonly number[],
  { pcg, window }: PreparedWindow,
): Weight[] {
  if (!pcg.ok || !isPresent) return []
  const raising = heaviest(logOdds.map((value, index) => ({ index, logOdds: Math.max(0, value) })))
  const spans: { from: number; to: number; logOdds: number }[] = []
  for (const { index, logOdds } of raising.sort((a, b) => a.index - b.index)) {
    const last = spans.at(-1)
    if (last?.to === index) Object.assign(last, { to: index + 1, logOdds: Math.max(last.logOdds, logOdds) })
    else spans.push({ from: index, to: index + 1, logOdds })
  }
  const second = (step: number): number => Math.round((pcg.startMs - window.startMs + step * stepMs) / 100) / 10
  return spans.map(({ from, to, logOdds }) => ({
    what: `seconds ${second(from)} to ${second(to)} of the window`,
    logOdds,
  }))
}

function heaviest<T extends { logOdds: number }>(all: readonly T[]): T[] {
  return all
    .filter(({ logOdds }) => Math.abs(logOdds) >= LEAST_LOG_ODDS)
    .sort(byWeight)
    .slice(0, MOST_CHANNELS)
}

function byWeight(a: { logOdds: number }, b: { logOdds: number }): number {
  return Math.abs(b.logOdds) - Math.abs(a.logOdds)
}

/** Four digits: more means nothing. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
