import type { AlertView } from '../../src/watch/events.ts'

/** Which beds a board shows, and which of them come first. */
export const BOARD_BEDS = ['all', 'first', 'mine'] as const
export type BoardBeds = (typeof BOARD_BEDS)[number]

interface NursedBed {
  patientId: string
  /** Who looks after the patient. */
  nurse: string | null
}

/** The beds that are shown, those in their order: mine before the others, or mine alone. Where none is mine all are shown. */
export function chosenBeds<T extends NursedBed>(inOrder: readonly T[], choice: BoardBeds, own: string | null): T[] {
  const mine = inOrder.filter(({ nurse }) => nurse !== null && nurse === own)
  if (choice === 'all' || mine.length === 0) return [...inOrder]
  return choice === 'mine' ? mine : [...mine, ...inOrder.filter((bed) => !mine.includes(bed))]
}

/** How many high alarms stand at beds that this board does not show, answered or not. */
export function hiddenHigh(
  standing: readonly Pick<AlertView, 'patientId' | 'priority'>[],
  shown: readonly string[],
): number {
  return standing.filter(({ patientId, priority }) => priority === 'high' && !shown.includes(patientId)).length
}

export function hiddenWords(count: number): string {
  return `${count} high ${count === 1 ? 'alarm' : 'alarms'} at beds not shown`
}
