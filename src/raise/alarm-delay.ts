import type { ConditionState } from '../records.ts'

/** The part of a condition that waits: for its delay before it holds, and for its clear delay before it is over. */
export type Waiting = Pick<ConditionState, 'present' | 'pendingSinceMs' | 'absentSinceMs'>

export interface Delays {
  delayMs: number
  clearDelayMs: number
}

export interface Waited<T extends Waiting> {
  waiting: T
  /** Event time since when the condition has been fulfilled, when it holds from this step on. */
  beganMs: number | null
}

/**
 * Moves a waiting condition on to `atMs` (event time). outside: fulfilled. between: not fulfilled, yet too near to end
 * one that holds. inside: not fulfilled. Time that went back starts a wait anew, it never lengthens it.
 */
export function waitOn<T extends Waiting>(
  waiting: T,
  place: 'outside' | 'between' | 'inside',
  atMs: number,
  { delayMs, clearDelayMs }: Delays,
): Waited<T> {
  if (place === 'outside') {
    if (waiting.present) return { waiting: { ...waiting, absentSinceMs: null }, beganMs: null }
    const sinceMs = Math.min(waiting.pendingSinceMs ?? atMs, atMs)
    return atMs - sinceMs >= delayMs
      ? { waiting: { ...waiting, present: true, pendingSinceMs: null, absentSinceMs: null }, beganMs: sinceMs }
      : { waiting: { ...waiting, pendingSinceMs: sinceMs }, beganMs: null }
  }
  if (!waiting.present) return { waiting: { ...waiting, pendingSinceMs: null }, beganMs: null }
  if (place === 'between') return { waiting: { ...waiting, absentSinceMs: null }, beganMs: null }
  const sinceMs = Math.min(waiting.absentSinceMs ?? atMs, atMs)
  const over = atMs - sinceMs >= clearDelayMs
  return { waiting: { ...waiting, present: !over, absentSinceMs: sinceMs }, beganMs: null }
}
