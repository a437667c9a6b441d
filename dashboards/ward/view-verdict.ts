import type { PredictionUpdate } from '../../src/watch/events.ts'
import { foundWords } from './found-words.ts'
import { missingLine } from './missing-words.ts'

/** What the model makes of the view, or why it makes nothing of it; of the newest window and not of the frame beside it. */
export function viewVerdict(prediction: Pick<PredictionUpdate, 'parts' | 'missing'> | null): string {
  if (prediction === null) return 'No scored window yet.'
  const found = prediction.parts.filter(({ scorer }) => scorer.endsWith(':video')).flatMap(foundWords)
  if (found.length > 0) return `Model, last window: ${found.join('; ')}.`
  const lacked = prediction.missing.filter(({ input }) => input === 'video').map(missingLine)
  return lacked.length > 0
    ? `Model, last window: ${lacked.join('; ').toLowerCase()}.`
    : 'No model has judged this view.'
}
