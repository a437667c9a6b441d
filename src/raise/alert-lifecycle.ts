import type { AlertPresence, AlertTransition } from '../records.ts'

/**
 * What a look at its condition, or a person, means to an alert.
 * holds, worsens, eases: the condition is there, with the alert's priority, a higher or a lower one.
 * ends: it is gone. ends_latching: it is gone, and nobody may have seen it.
 */
export type Sighted = 'holds' | 'worsens' | 'eases' | 'ends' | 'ends_latching' | Answered

/**
 * What a person may answer. acknowledge: seen. The others are those of IHE ACM. accept: seen, and somebody sees to it.
 * reject: not by me. escalate: more is needed than I am. Both of these leave it open, or open it again, a level higher.
 */
export type Answered = 'acknowledge' | 'accept' | 'reject' | 'escalate'

/** returned: `repeated` in a burst, else `condition_returned`. */
export interface Step {
  transition:
    | Extract<
        AlertTransition,
        'raised' | 'priority_changed' | 'condition_ended' | 'acknowledged' | 'escalated' | 'cleared'
      >
    | 'returned'
  presence: AlertPresence
}

const to = (transition: Step['transition'], presence: AlertPresence): Step => ({ transition, presence })

/**
 * The life of an alert, by presence (IEEE 11073-10207); null: nothing changes.
 * An alert that nobody answered keeps its highest priority: easing would make it quieter with nobody having looked. Once
 * it is acknowledged it follows the value down, so that the next worsening alerts again.
 */
export const LIFECYCLE: Readonly<Record<AlertPresence, Readonly<Record<Sighted, Step | null>>>> = {
  off: {
    holds: to('raised', 'on'),
    worsens: to('raised', 'on'),
    eases: to('raised', 'on'),
    ends: null,
    ends_latching: null,
    acknowledge: null,
    accept: null,
    reject: null,
    escalate: null,
  },
  on: {
    holds: null,
    worsens: to('priority_changed', 'on'),
    eases: null,
    ends: to('cleared', 'off'),
    ends_latching: to('condition_ended', 'latched'),
    acknowledge: to('acknowledged', 'acknowledged'),
    accept: to('acknowledged', 'acknowledged'),
    reject: to('escalated', 'on'),
    escalate: to('escalated', 'on'),
  },
  latched: {
    holds: to('returned', 'on'),
    worsens: to('returned', 'on'),
    eases: to('returned', 'on'),
    ends: null,
    ends_latching: null,
    acknowledge: to('acknowledged', 'off'),
    accept: to('acknowledged', 'off'),
    reject: to('escalated', 'latched'),
    escalate: to('escalated', 'latched'),
  },
  acknowledged: {
    holds: null,
    worsens: to('priority_changed', 'on'),
    eases: to('priority_changed', 'acknowledged'),
    ends: to('cleared', 'off'),
    ends_latching: to('cleared', 'off'),
    acknowledge: null,
    accept: to('acknowledged', 'acknowledged'),
    reject: to('escalated', 'on'),
    escalate: to('escalated', 'on'),
  },
}
