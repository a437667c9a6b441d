import type { Consciousness, Lab } from '../../src/records.ts'

/** ACVPU, said out. */
export const CONSCIOUSNESS_WORDS = {
  alert: 'alert',
  confusion: 'new confusion',
  voice: 'answers to voice',
  pain: 'answers to pain',
  unresponsive: 'unresponsive',
} as const satisfies Record<Consciousness, string>

export interface LabLine {
  code: string
  words: string
  /** The value before, where there is one. */
  before: string
  timeMs: number
}

/** Each laboratory value once, the newest with the one before it; in the order of their names. */
export function labLines(labs: readonly Lab[]): LabLine[] {
  const byCode = new Map<string, Lab[]>()
  for (const lab of [...labs].sort((a, b) => b.timeMs - a.timeMs))
    byCode.set(lab.code, [...(byCode.get(lab.code) ?? []), lab])
  return [...byCode.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([code, [newest, earlier]]) =>
      newest === undefined
        ? []
        : [
            {
              code,
              words: valueOf(newest),
              before: earlier === undefined ? '' : valueOf(earlier),
              timeMs: newest.timeMs,
            },
          ],
    )
}

function valueOf({ value, unit }: Lab): string {
  return `${Number(value.toPrecision(4))} ${unit}`.trim()
}
