import { NUMERICS } from '../../src/reading.ts'
import type { NoisyLimit, NoSuggestion } from '../../src/watch/limit-suggestion.ts'
import { ageWords } from './staleness.ts'

/** Eight hours, less what a clock may be off. */
const WHOLE_MS = 28_740_000

const WHY_NOT: Readonly<Record<NoSuggestion, string>> = {
  few: 'too few alarms, or all within half an hour',
  acted_on: 'somebody acted on some of them',
  worsened: 'an alarm of it was high, or went up a level',
  child: 'the unit’s limits are an adult’s',
  age_unknown: 'whether the patient is an adult is not known',
  set_recently: 'this limit was set less than an hour ago',
  no_value: 'not every alarm says its value',
  no_high_limit: 'there is no high alarm beyond this limit',
  reaches_high: 'it would come too near the high alarm',
  not_settable: 'no such limit can be set',
  left: 'it was left as it is; asked again after 8 h, or with half as many alarms again',
}

/** HR > 120 raised 41 times in 8 h, none acted on: median 124. */
export function noiseSentence(noisy: NoisyLimit, asOfMs: number): string {
  const { raised, actedOn, fromMs, median, lastedMs, code } = noisy
  const times = raised === 1 ? 'once' : `${raised} times`
  const spanMs = asOfMs - fromMs
  const span = spanMs >= WHOLE_MS ? '8 h' : ageWords(spanMs / 1_000)
  const acted = actedOn === 0 ? 'none acted on' : `${actedOn} acted on`
  const middle = median === null ? 'values not known' : `median ${valueText(code, median)}`
  const lasted = lastedMs === null ? '' : `, over after ${ageWords(lastedMs / 1_000)}`
  return `${crossing(noisy)} raised ${times} in ${span}, ${acted}: ${middle}${lasted}.`
}

/** What might be set instead, and what that rests on; or why nothing is suggested. */
export function suggestionSentence({ suggestion, raised, side }: NoisyLimit): string {
  if (suggestion.to === null) return `No suggestion: ${WHY_NOT[suggestion.why]}.`
  const beyond = side === 'high' ? 'above' : 'below'
  return `Suggested: ${suggestion.to}. ${suggestion.spared} of these ${raised} values did not lie ${beyond} it as they raised; how far they went afterwards is not known here.`
}

/** What the audit keeps with a limit that was taken. */
export function takenReason(noisy: NoisyLimit, asOfMs: number): string {
  const to = noisy.suggestion.to === null ? '' : ` Suggested: ${noisy.suggestion.to}.`
  return `suggested: ${noiseSentence(noisy, asOfMs)}${to}`
}

/** HR > 120 */
export function crossing({ code, side, limit }: Pick<NoisyLimit, 'code' | 'side' | 'limit'>): string {
  return `${NUMERICS[code].label} ${side === 'high' ? '>' : '<'} ${limit}`
}

function valueText(code: NoisyLimit['code'], value: number): string {
  const digits = code === 'temp' ? 1 : 0
  return value.toFixed(digits)
}
