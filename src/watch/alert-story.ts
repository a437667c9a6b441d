import { readTransitions, readValuesAt } from '../store/alert-history.ts'
import type { Archive } from '../store/archive.ts'
import { readWindows } from '../store/episodes.ts'
import type { AlertStory } from './history.ts'
import { alertView, predictionUpdate } from './updates.ts'

/** No window is longer. */
const LONGEST_WINDOW_MS = 660_000

/** All that is stored of one alert, if it is this patient's: what happened to it, and what was known as it began. */
export async function alertStory(archive: Archive, patientId: string, alertId: string): Promise<AlertStory> {
  const transitions = (await readTransitions(archive, alertId)).filter((alert) => alert.patientId === patientId)
  const [first] = transitions
  if (first === undefined) return { transitions: [], prediction: null, then: [] }
  const { onsetTimeMs, windowStartMs } = first
  const [windows, then] = await Promise.all([
    readWindows(archive, {
      patientId,
      fromMs: windowStartMs ?? onsetTimeMs - LONGEST_WINDOW_MS,
      toMs: (windowStartMs ?? onsetTimeMs) + 1,
    }),
    readValuesAt(archive, patientId, first.eventTimeMs),
  ])
  const its = windows.filter(({ windowEndMs }) => windowStartMs !== null || windowEndMs > onsetTimeMs).at(-1)
  return {
    transitions: transitions.map((alert) => alertView('live', alert)),
    prediction: its === undefined ? null : predictionUpdate('live', its),
    then,
  }
}
