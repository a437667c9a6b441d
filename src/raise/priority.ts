import { type Priority, PRIORITY_VALUES } from '../records.ts'

/** How urgent: 0 for none, then low, medium, high. */
export function urgency(priority: Priority | null): number {
  return priority === null ? 0 : PRIORITY_VALUES.indexOf(priority) + 1
}

/** The more urgent of two; null: none. */
export function moreUrgent<P extends Priority | null>(a: P, b: P): P {
  return urgency(a) >= urgency(b) ? a : b
}
