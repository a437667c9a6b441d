import type { Priority } from '../../src/records.ts'
import type { Sounding } from './sounding.ts'

export interface Pulse {
  startS: number
  durationS: number
}

export interface Burst {
  pulses: readonly Pulse[]
  frequencyHz: number
  /** From the end of one burst to the start of the next. */
  pauseS: number
}

/** The fundamental's harmonics; IEC 60601-1-8 asks for at least four between 300 Hz and 4 kHz, within 15 dB of each other. */
export const HARMONICS = [0, 1, 0.7, 0.5, 0.4, 0.3] as const

/**
 * Bursts by the timing of IEC 60601-1-8 (table of pulse and burst characteristics): high, five pulses twice with short
 * pulses; medium, three; low, two with a long pause.
 */
export const BURSTS = {
  high: { pulses: [...rhythm(0.15, 0.1, 0.35), ...rhythm(0.15, 0.1, 0.35, 1.95)], frequencyHz: 660, pauseS: 3.5 },
  medium: { pulses: even(3, 0.2, 0.2), frequencyHz: 550, pauseS: 7 },
  low: { pulses: even(2, 0.2, 0.2), frequencyHz: 440, pauseS: 18 },
} as const satisfies Record<Priority, Burst>

/** The equipment's own fundamentals: who knows the ward hears what it is about before looking. */
const TECHNICAL_HZ = { high: 880, medium: 392, low: 330 } as const satisfies Record<Priority, number>

/** The pause between bursts of high by level of escalation; the standard allows 2.5 to 15 s. */
const HIGH_PAUSE_S = [3.5, 3, 2.5, 2.5] as const
/** The longest pause that the standard allows between bursts of medium. */
const REMINDER_PAUSE_S = 30

/** The burst of what must be heard, by its priority, kind, level, and whether it is over. */
export function burstOf({ priority, kind, level, reminder }: Sounding): Burst {
  const burst: Burst = BURSTS[priority]
  const frequencyHz = kind === 'technical' ? TECHNICAL_HZ[priority] : burst.frequencyHz
  if (reminder) return { ...burst, frequencyHz, pauseS: Math.max(burst.pauseS, REMINDER_PAUSE_S) }
  return { ...burst, frequencyHz, pauseS: priority === 'high' ? (HIGH_PAUSE_S[level] ?? 2.5) : burst.pauseS }
}

/** Seconds a burst lasts without the pause after it. */
export function burstS({ pulses }: Burst): number {
  const last = pulses[pulses.length - 1]
  return last === undefined ? 0 : last.startS + last.durationS
}

function even(count: number, durationS: number, gapS: number, startS = 0): Pulse[] {
  return Array.from({ length: count }, (_, index) => ({ startS: startS + index * (durationS + gapS), durationS }))
}

/** Three pulses, a longer gap, two pulses. */
function rhythm(durationS: number, gapS: number, longGapS: number, startS = 0): Pulse[] {
  const three = even(3, durationS, gapS, startS)
  return [...three, ...even(2, durationS, gapS, startS + 3 * durationS + 2 * gapS + longGapS)]
}
