import type { Reason } from '../../src/records.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { conditionWords, missingWords, scoreText } from './alert-words.ts'
import { ageWords } from './staleness.ts'

type Reasoned = Pick<AlertView, 'condition' | 'reasons'>

/** Reasons beside the headline; what else there is stands in the bed's view. */
const MORE_SHOWN = 2
/** What a point of NEWS2 is of the score, up to 7 points. */
const POINT = 0.1

/** Why, in one line and in a nurse's words; the condition where no reason was given. */
export function headline(alert: Reasoned): string {
  const [first] = alert.reasons
  if (first === undefined || first.text === '') return conditionWords(alert.condition)
  const { condition } = alert
  if (condition === 'risk:combined') return deterioration(first, alert.reasons)
  if (condition === 'risk:heart-sound') return heartSound(first, alert.reasons)
  if (condition.startsWith('technical:clock_wrong') && first.code === 'clock_offset') return clockOffset(first)
  if (condition.startsWith('technical:feed_idle')) return feedIdle(condition, first)
  return sentence(first.text)
}

/** The headline for a tile, which calls the score by its short name and leaves the share of a model's certainty out. */
export function tileWords(alert: Reasoned): string {
  return headline(alert)
    .replace(conditionWords('risk:combined'), 'Score')
    .replace(/, score [\d.]+$/, '')
}

/** At most two more reasons, the weightiest first. */
export function moreReasons({ condition, reasons }: Reasoned): string[] {
  if (condition === 'risk:heart-sound') return []
  if (condition !== 'risk:combined') return reasons.slice(1, 1 + MORE_SHOWN).map(({ text }) => sentence(text))
  const parameters = reasons
    .filter(({ code, value }) => code.startsWith('news2:') && (value ?? 0) > 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  return [...modelReason(reasons), ...parameters].slice(0, MORE_SHOWN).map(({ text }) => sentence(text))
}

/** What a fused model says, where a point of NEWS2 or more of the score is its doing; it stands first then. */
function modelReason(reasons: readonly Reason[]): readonly Reason[] {
  const added = reasons
    .filter(({ code }) => code.startsWith('share:') && code !== 'share:news2')
    .reduce((sum, { value }) => sum + (value ?? 0), 0)
  return added >= POINT ? reasons.filter(({ code }) => code === 'risk') : []
}

/** Inputs that a conclusion had to do without, as words: `video: no_model` is "video". */
export function withoutWords(missing: readonly string[]): string {
  const names = missing.map((text) => missingWords(text.split(':')[0] ?? text).toLowerCase())
  return [...new Set(names)].join(', ')
}

/** Deterioration score 0.79, NEWS2 11. The score alone says little to a nurse; NEWS2 is what wards know. */
function deterioration({ value, limit }: Reason, reasons: readonly Reason[]): string {
  if (value === null) return conditionWords('risk:combined')
  const back = limit !== null && value < limit ? ' down to' : ''
  const total = reasons.find(({ code }) => code === 'news2_total')?.text.split(';')[0]
  return `${conditionWords('risk:combined')}${back} ${scoreText(value)}${total === undefined ? '' : `, ${total}`}`
}

/** Murmur present at the aortic site, score 0.99. A model's share of certainty is not a probability, so it is no percentage. */
function heartSound({ value, limit }: Reason, reasons: readonly Reason[]): string {
  const score = value === null ? '' : `, score ${scoreText(value)}`
  const found = reasons.find(({ code }) => /^\w+_(present|abnormal)$/.test(code))
  if (found !== undefined) return `${sentence(found.text.replace(/ \([^)]*\)$/, ''))}${score}`
  const over = limit !== null && value !== null && value < limit
  return `${over ? 'Heart sound no longer abnormal' : conditionWords('risk:heart-sound')}${score}`
}

/** Since when, by the clock on the wall; how long that is counts beside it. Alerts of earlier versions say a length. */
function feedIdle(condition: string, { value, unit }: Reason): string {
  if (value !== null && unit === 's') return `${conditionWords(condition)} for ${ageWords(value)}`
  if (value !== null) return `${conditionWords(condition)} since ${new Date(value).toLocaleTimeString('en-GB')}`
  return `${missingWords(condition.split(':')[2] ?? '')} arrives again`
}

function clockOffset({ value, limit, text }: Reason): string {
  if (value === null || limit === null || Math.abs(value) <= limit) return sentence(text)
  return `Device clock was off by ${ageWords(Math.abs(value) / 1_000)}`
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
