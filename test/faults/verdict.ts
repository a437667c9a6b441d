import { LATE_MS, type Recovery } from './recovery.ts'
import { type Expected } from './undisturbed-run.ts'
import { difference, type Result } from './outputs.ts'

export interface Verdict {
  expected: number
  /** Results of the undisturbed run that are not there. */
  missing: number
  /** Results of one id with two contents, and numbers of a bed given to two transitions or twice to one. */
  doubled: number
  /** Results that the undisturbed run does not have, or has with another content. */
  other: number
  /** The same result appended again: every reader takes it for the one it is. */
  copies: number
  /** Physiological alerts that came more than 2 s after their cause, and more than 2 s after the ward had recovered. */
  late: number
  /** The first few of what is wrong, for a person. */
  examples: string[]
}

/** Of each kind. */
const MOST_EXAMPLES = 3

/** Holds what a disturbed ward left in the log against the undisturbed run of the same readings. */
export function verdictOf(
  results: readonly Result[],
  expected: readonly Expected[],
  recoveries: readonly Recovery[],
): Verdict {
  const compared = (result: Result): boolean => result.topic !== 'alerts' || result.physiological
  const wanted = new Map(expected.filter(compared).map((result) => [keyOf(result), result]))
  const first = new Map<string, Result>()
  const verdict: Verdict = {
    expected: [...wanted.values()].filter(({ mayBeAbsent }) => !mayBeAbsent).length,
    missing: 0,
    doubled: 0,
    other: 0,
    copies: 0,
    late: 0,
    examples: [],
  }
  const note = (kind: 'missing' | 'doubled' | 'other' | 'late', result: Result, why: string): void => {
    verdict[kind]++
    if (verdict[kind] <= MOST_EXAMPLES)
      verdict.examples.push(`${kind}: ${result.topic} ${result.id} of partition ${result.partition} ${why}`)
  }

  for (const result of results) {
    const key = keyOf(result)
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, result)
      if (!compared(result)) continue
      const like = wanted.get(key)
      if (like === undefined) note('other', result, 'is not in the undisturbed run')
      else if (like.digest !== result.digest) note('other', result, `has another content (${difference(like, result)})`)
      else if (result.physiological && isLate(result, like, recoveries))
        note('late', result, `came ${result.appendTimeMs - like.causeMs} ms after its cause`)
    } else if (before.digest === result.digest && before.bedSequence === result.bedSequence) verdict.copies++
    else note('doubled', result, `came twice, and not the same (${difference(before, result)})`)
  }
  for (const [key, result] of wanted)
    if (!first.has(key) && !result.mayBeAbsent) note('missing', result, `was due at ${result.causeMs}`)
  for (const [numbered, result] of numbersGivenTwice([...first.values()])) note('doubled', result, numbered)
  return verdict
}

function isLate({ appendTimeMs }: Result, { causeMs }: Expected, recoveries: readonly Recovery[]): boolean {
  const blow = recoveries.findLast(({ atMs }) => atMs <= appendTimeMs)
  const recoveredMs = blow === undefined ? 0 : blow.atMs + blow.tookMs
  return appendTimeMs > Math.max(causeMs, recoveredMs) + LATE_MS
}

/** A bed counts its transitions 1, 2, 3 … : no number twice, none left out. */
function numbersGivenTwice(results: readonly Result[]): [string, Result][] {
  const wrong: [string, Result][] = []
  const byBed = new Map<string, Map<number, Result>>()
  for (const result of results) {
    if (result.bedSequence === null) continue
    const numbers = byBed.get(result.patientId) ?? new Map<number, Result>()
    byBed.set(result.patientId, numbers)
    if (numbers.has(result.bedSequence)) wrong.push([`shares number ${result.bedSequence} of its bed`, result])
    numbers.set(result.bedSequence, result)
  }
  for (const numbers of byBed.values()) {
    const highest = Math.max(...numbers.keys())
    const last = numbers.get(highest)
    if (last !== undefined && numbers.size !== highest)
      wrong.push([`is number ${highest}, and there are ${numbers.size}`, last])
  }
  return wrong
}

function keyOf({ topic, id }: Result): string {
  return `${topic}/${id}`
}
