import type { Bed } from './bed.ts'
import { limitOf, limitTitle, limitWords } from './limit-words.ts'

const BANDS = { tile: ['medium'], bed: ['medium', 'high'] } as const

/**
 * The limits a numeric is checked against, beside it. What held when a stretch was recorded is not stored with it, so a
 * playback shows none rather than today's.
 */
export function CellLimits({
  bed,
  code,
  place,
  name,
}: {
  bed: Bed
  code: string
  place: 'tile' | 'bed'
  name?: string
}) {
  const limits = bed.effectiveLimits.value
  const bands = BANDS[place].flatMap((priority) => limitOf(limits, code, priority) ?? [])
  if (bands.length === 0) return null
  return (
    <span class="cell-limits">
      {bands.map((band) => (
        <span key={band.priority} class="cell-limit" title={limitTitle(band)}>
          {place === 'bed' && band.priority === 'high' && 'high '}
          {name !== undefined && `${name} `}
          {limitWords(band)}
        </span>
      ))}
    </span>
  )
}
