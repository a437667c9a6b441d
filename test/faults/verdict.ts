import { difference, isCompared, keyOf, type Result } from './outputs.ts'
import { LATE_MS, type Recovery } from './recovery.ts'
import { strikeAt, type StrikeTimes } from './strike.ts'
import type { Expected } from './undisturbed-inputs.ts'

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

/**
 * Holds what a ward left in the log against the undisturbed run of the same readings, for each strike. A result belongs to the
 * strike in which its cause was; what is written a second time, or out of nothing, to the strike in which it is written.
 */
export function verdictsOf(
  results: readonly Result[],
  expected: readonly Expected[],
  strikes: readonly StrikeTimes[],
  recoveries: readonly (readonly Recovery[])[],
): Verdict[] {
  const verdicts = strikes.map((): Verdict => ({
    expected: 0,
    missing: 0,
    doubled: 0,
    other: 0,
    copies: 0,
    late: 0,
    examples: [],
  }))
  const at = (atMs: number): Verdict => {
    const verdict = verdicts[strikeAt(strikes, atMs)]
    if (verdict === undefined) throw new Error('there was no strike')
    return verdict
  }
  const blows = recoveries.flat()
  const wanted = new Map(expected.filter(isCompared).map((result) => [keyOf(result), result]))
  const first = new Map<string, Result>()
  for (const { mayBeAbsent, causeMs } of wanted.values()) if (!mayBeAbsent) at(causeMs).expected++

  for (const result of results) {
    const key = keyOf(result)
    const written = at(result.appendTimeMs)
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, result)
      if (!isCompared(result)) continue
      const like = wanted.get(key)
      if (like === undefined) note(written, 'other', result, 'is not in the undisturbed run')
      else if (like.digest !== result.digest)
        note(at(like.causeMs), 'other', result, `has another content (${difference(like, result)})`)
      else if (result.physiological && isLate(result, like, blows))
        note(at(like.causeMs), 'late', result, `came ${result.appendTimeMs - like.causeMs} ms after its cause`)
    } else if (before.digest === result.digest && before.bedSequence === result.bedSequence) written.copies++
    else note(written, 'doubled', result, `came twice, and not the same (${difference(before, result)})`)
  }
  for (const [key, result] of wanted)
    if (!first.has(key) && !result.mayBeAbsent)
      note(at(result.causeMs), 'missing', result, `was due at ${result.causeMs}`)
  for (const [why, result] of wrongNumbers([...first.values()])) note(at(result.appendTimeMs), 'doubled', result, why)
  return verdicts
}

function note(verdict: Verdict, kind: 'missing' | 'doubled' | 'other' | 'late', result: Result, why: string): void {
  verdict[kind]++
  if (verdict[kind] <= MOST_EXAMPLES)
    verdict.examples.push(`${kind}: ${result.topic} ${result.id} of partition ${result.partition} ${why}`)
}

function isLate({ appendTimeMs }: Result, { causeMs }: Expected, blows: readonly Recovery[]): boolean {
  const blow = blows.findLast(({ atMs }) => atMs <= appendTimeMs)
  const recoveredMs = blow === undefined ? 0 : blow.atMs + blow.tookMs
  return appendTimeMs > Math.max(causeMs, recoveredMs) + LATE_MS
}

/** A bed counts its transitions 1, 2, 3 … : no number twice, none left out. */
function wrongNumbers(results: readonly Result[]): [string, Result][] {
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
    let before = 0
    for (const [number, result] of [...numbers].sort(([one], [other]) => one - other)) {
      if (number > before + 1)
        wrong.push([`is number ${number} of its bed, and the one before it is ${before}`, result])
      before = number
    }
  }
  return wrong
}
