import { NUMERICS, WAVEFORMS } from '../../src/reading.ts'
import type { AlertView, PredictionUpdate } from '../../src/watch/events.ts'
import { EVIDENCE_WORD } from './risk-shares.ts'
import type { DegradationRung, Modality, Priority } from '../../src/records.ts'

/** A mark for each priority that needs no colour: the count of strokes is the priority. */
export const PRIORITY_MARK = { high: '!!!', medium: '!!', low: '!' } as const satisfies Record<Priority, string>
export const PRIORITY_WORD = { high: 'High', medium: 'Medium', low: 'Low' } as const satisfies Record<Priority, string>
export const MODALITY_WORD = {
  vitals: 'Monitor',
  pcg: 'Heart sound',
  video: 'Video',
} as const satisfies Record<Modality, string>

export const RUNG_WORDS = {
  multimodal: 'Vitals with heart sound or video',
  partial: 'Some inputs only',
  vitals_only: 'Vitals only',
  news2: 'NEWS2 score only',
  limits_only: 'Limits only',
} as const satisfies Record<DegradationRung, string>

/** A score of 0 to 1; as a percentage it would pass for a probability, which it is not. */
export function scoreText(score: number): string {
  return score.toFixed(2)
}

/** What a score may be as well: the 95 % of a fused model's risk, carried through to it; nothing where no fused model answered. */
export function intervalText({ riskLow, riskHigh }: Pick<PredictionUpdate, 'riskLow' | 'riskHigh'>): string {
  const isKnown = typeof riskLow === 'number' && typeof riskHigh === 'number'
  return isKnown ? ` (${scoreText(riskLow)} to ${scoreText(riskHigh)})` : ''
}

export function numericLabel(code: string): string {
  return code in NUMERICS ? NUMERICS[code as keyof typeof NUMERICS].label : code
}

export function signalLabel(code: string): string {
  return code in WAVEFORMS ? WAVEFORMS[code as keyof typeof WAVEFORMS].label : numericLabel(code)
}

/** What a conclusion lacked: a stream, an evidence, a signal, or a scorer. */
export function missingWords(input: string): string {
  if (input === 'waveforms' || input === 'notes') return EVIDENCE_WORD[input]
  return input in MODALITY_WORD ? MODALITY_WORD[input as Modality] : signalLabel(input)
}

/** An alarm condition in words; a code nobody knows is shown as it is. */
export function conditionWords(condition: string): string {
  const [family = '', name = '', detail = ''] = condition.split(':')
  if (family === 'limit') return `${numericLabel(name)} ${detail}`
  if (condition === 'risk:combined') return 'Deterioration score'
  if (condition === 'risk:heart-sound') return 'Heart sound abnormal'
  if (family !== 'technical') return condition
  switch (name) {
    case 'feed_idle':
      return `${MODALITY_WORD[detail as Modality] ?? detail}: no data`
    case 'lead_off':
      return `${signalLabel(detail)} lead off`
    case 'model_down':
      return 'Model not answering'
    case 'clock_wrong':
      return 'Device clock wrong'
    default:
      return condition
  }
}

const SHORT: Readonly<Record<string, string>> = {
  'risk:combined': 'Score high',
  'risk:heart-sound': 'Heart sound',
}

/** The same for a tile too narrow for it: no word longer than ten letters, two lines at most. */
export function shortWords(condition: string): string {
  const [family = '', name = '', detail = ''] = condition.split(':')
  if (family === 'technical' && name === 'clock_wrong') return 'Clock wrong'
  if (family === 'technical' && name === 'feed_idle')
    return `No data: ${(MODALITY_WORD[detail as Modality] ?? detail).toLowerCase()}`
  return SHORT[condition] ?? conditionWords(condition)
}

/** For a tile that is read from 3 m: twelve letters at most. */
export function wallWords(condition: string): string {
  const [family = '', name = ''] = condition.split(':')
  if (family !== 'technical') return shortWords(condition)
  return WALL[name] ?? 'Technical'
}

const WALL: Readonly<Record<string, string>> = {
  feed_idle: 'No data',
  lead_off: 'Lead off',
  clock_wrong: 'Clock wrong',
  model_down: 'No model',
}

/** The numeric an alert is about, or null. */
export function numericOf(condition: string): string | null {
  const [family, name = ''] = condition.split(':')
  return family === 'limit' ? name : null
}

/** What stands in the browser's title: the worst unanswered alert, or that there is none. */
export function titleOf(unanswered: readonly AlertView[]): string {
  const [worst] = unanswered
  if (worst === undefined) return 'Vigil'
  const more = unanswered.length > 1 ? ` (+${unanswered.length - 1})` : ''
  return `${PRIORITY_MARK[worst.priority]} ${worst.bedId}: ${conditionWords(worst.condition)}${more} · Vigil`
}
