import { type DegradationRung, DEGRADATION_RUNG_VALUES } from '../../src/records.ts'
import { RUNG_WORDS } from './alert-words.ts'

/** A bed and the rung that its newest window stands on; null: no window speaks for now. */
export interface BedRung {
  bedId: string
  rung: DegradationRung | null
}

export interface LadderWords {
  text: string
  /** Beds below the top, the lowest first, a line each. */
  names: string[]
  tone: 'good' | 'plain' | 'warn'
}

const TOP = DEGRADATION_RUNG_VALUES[0]
const height = (rung: DegradationRung | null): number => (rung === null ? 99 : DEGRADATION_RUNG_VALUES.indexOf(rung))
const byName = new Intl.Collator('en', { numeric: true })

const lower = (words: string): string =>
  /^[A-Z]{2}/.test(words) ? words : words.charAt(0).toLowerCase() + words.slice(1)

/** How many beds are scored from less than all that could be, and from how little at worst. */
export function ladderWords(beds: readonly BedRung[]): LadderWords {
  const scored = beds.filter(({ rung }) => rung !== null)
  if (scored.length === 0) return { text: 'no score yet', names: [], tone: 'plain' }
  const below = beds
    .filter(({ rung }) => rung !== TOP)
    .sort((a, b) => height(b.rung) - height(a.rung) || byName.compare(a.bedId, b.bedId))
  const [lowest] = below
  if (lowest === undefined)
    return { text: beds.length === 1 ? 'full' : `full at all ${beds.length} beds`, names: [], tone: 'good' }
  const unscored = below.filter(({ rung }) => rung === null).length
  const words = [
    ...(below.length > unscored ? [`${below.length - unscored} of ${beds.length} beds from less`] : []),
    ...(unscored > 0 ? [`${unscored} not scored`] : []),
  ]
  const worst = below.find(({ rung }) => rung !== null)?.rung ?? null
  return {
    text: worst === null ? words.join(', ') : `${words.join(', ')}; lowest: ${lower(RUNG_WORDS[worst])}`,
    names: below.map(({ bedId, rung }) => `${bedId}: ${rung === null ? 'not scored' : RUNG_WORDS[rung]}`),
    tone: unscored > 0 || worst === 'limits_only' ? 'warn' : 'plain',
  }
}
