import type { Missing } from '../../src/records.ts'
import { codeWords } from '../app/code-words.ts'
import { missingWords } from './alert-words.ts'

const WORDS: Readonly<Record<string, string>> = {
  idle: 'its feed is silent',
  never_seen: 'no such feed',
  not_measured: 'not measured',
  invalid: 'not valid',
  no_model: 'no model reads it yet',
  too_short: 'too short to judge',
  silent: 'silent',
  clipped: 'overdriven',
  rate_too_low: 'sample rate too low',
  inconclusive: 'the model cannot tell',
  strange: 'unlike all that the model has learnt from, so it does not count',
  not_applicable: 'not made for this patient',
}
const OF_INPUT: Readonly<Record<string, string>> = {
  'vitals strange':
    'what they were in the last hours is unlike all that the model has learnt from, so it does not count',
  'notes not_measured': 'nothing is written',
  'waveforms not_measured': 'none to judge the heart-rate alarm by',
}

/** What a conclusion had to do without, and why, in plain words; a code that nobody knows is shown as it is. */
export function missingLine({ input, reason }: Missing): string {
  const why = OF_INPUT[`${input} ${reason}`] ?? WORDS[reason] ?? codeWords(reason) ?? reason
  return `${input === 'vitals' && reason === 'strange' ? 'Vital signs' : missingWords(input)}: ${why}`
}
