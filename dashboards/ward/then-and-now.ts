import { NUMERICS } from '../../src/reading.ts'
import type { AlertDetail } from '../../src/watch/events.ts'
import { numericLabel, numericOf } from './alert-words.ts'

export interface ThenAndNow {
  code: string
  label: string
  unit: string
  then: string
  /** Seconds between the value and the alert, where it was not of that moment. */
  thenAgeS: number
  now: string
  /** The numeric the alert is about. */
  isSubject: boolean
}

const ORDER = Object.keys(NUMERICS)
/** Values come about once a second; one that is older than this by then says how old it was. */
const OF_THE_MOMENT_S = 5

/** Each numeric as the alert began beside what it is now; the one that the alert is about first. */
export function thenAndNow(
  { then }: Pick<AlertDetail, 'then'>,
  { condition, atMs }: { condition: string; atMs: number },
  now: ReadonlyMap<string, string>,
): ThenAndNow[] {
  const subject = numericOf(condition)
  const past = new Map(then.map((value) => [value.code, value]))
  const codes = [...new Set([...past.keys(), ...now.keys()])].filter((code) => code in NUMERICS)
  const place = (code: string): number => (code === subject ? -1 : ORDER.indexOf(code))
  return codes
    .sort((a, b) => place(a) - place(b))
    .map((code) => {
      const value = past.get(code)
      const ageS = value === undefined ? 0 : Math.round((atMs - value.eventTimeMs) / 1_000)
      return {
        ...{ code, label: numericLabel(code), unit: NUMERICS[code as keyof typeof NUMERICS].unit },
        then: value === undefined ? '–' : String(Number(value.value.toFixed(code === 'temp' ? 1 : 0))),
        thenAgeS: ageS > OF_THE_MOMENT_S ? ageS : 0,
        now: now.get(code) ?? '–',
        isSubject: code === subject,
      }
    })
}
