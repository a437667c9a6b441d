import { useComputed } from '@preact/signals'
import { NUMERICS } from '../../src/reading.ts'
import { tick } from '../app/screen-clock.ts'
import { numericLabel, numericOf } from './alert-words.ts'
import type { Bed } from './bed.ts'
import { CellLimits } from './cell-limits.tsx'
import { freshnessAt } from './freshness.ts'
import { LIMITED_PRESSURE } from './limit-words.ts'
import { NOT_AVAILABLE, numericText, type NumericText } from './numeric-text.ts'

/** The state of a numeric's freshness; a primitive, so that a cell is drawn again only when it changes. */
function useFreshness(bed: Bed, code: string) {
  return useComputed(() => freshnessAt(bed, bed.numerics.value.get(code) ?? null, tick.value).state)
}

function shown(bed: Bed, code: string, freshness: string): NumericText {
  const seen = bed.numerics.value.get(code)
  return seen === undefined || freshness === 'none' ? NOT_AVAILABLE : numericText(seen.numeric)
}

/** The priority of an unanswered alert on a numeric, for its cell to say so too. */
export function cellPriority(bed: Bed, codes: readonly string[]): string | undefined {
  return bed.standing.value.find(
    ({ condition, conditionPresent }) => conditionPresent && codes.includes(numericOf(condition) ?? ''),
  )?.priority
}

/** The first of the codes that the bed has; HR from the pulse where there is no ECG, say. */
function firstKnown(bed: Bed, codes: readonly string[]): string {
  const known = codes.find((code) => (bed.numerics.value.get(code)?.numeric.value ?? null) !== null)
  return known ?? codes[0] ?? ''
}

interface CellLook {
  size?: 'big' | 'small'
  /** A tile shows the nearer limits, the bed's own view both bands. */
  place?: 'tile' | 'bed'
}

export function NumericCell({
  bed,
  codes,
  ...look
}: CellLook & {
  bed: Bed
  codes: readonly string[]
}) {
  const code = firstKnown(bed, codes)
  return <Cell key={code} bed={bed} code={code} {...look} />
}

function Cell({ bed, code, size = 'small', place = 'tile' }: CellLook & { bed: Bed; code: string }) {
  const freshness = useFreshness(bed, code).value
  const { text, mark } = shown(bed, code, freshness)
  const unit = code in NUMERICS ? NUMERICS[code as keyof typeof NUMERICS].unit : ''
  return (
    <div class={`cell cell-${size} tone-${code}`} data-freshness={freshness} data-alarm={cellPriority(bed, [code])}>
      <span class="cell-label">
        {numericLabel(code)} <span class="cell-unit">{unit}</span>
        <CellLimits bed={bed} code={code} place={place} />
      </span>
      <span class="cell-value">
        {text}
        {mark !== '' && (
          <span class="cell-mark" title="the device doubts this value" aria-label="questionable">
            {mark}
          </span>
        )}
      </span>
    </div>
  )
}

export function PressureCell({ bed, ...look }: CellLook & { bed: Bed }) {
  const family = bed.numerics.value.has('abp_sys') || !bed.numerics.value.has('nbp_sys') ? 'abp' : 'nbp'
  return <Pressure key={family} bed={bed} family={family} {...look} />
}

function Pressure({ bed, family, size = 'small', place = 'tile' }: CellLook & { bed: Bed; family: 'abp' | 'nbp' }) {
  const codes = [`${family}_sys`, `${family}_dia`, `${family}_mean`] as const
  const freshness = useFreshness(bed, codes[0]).value
  const [sys, dia, mean] = codes.map((code) => shown(bed, code, freshness))
  const doubted = [sys, dia, mean].some((value) => value?.mark === '?')
  return (
    <div
      class={`cell cell-${size} cell-pressure tone-abp`}
      data-freshness={freshness}
      data-alarm={cellPriority(bed, codes)}
    >
      <span class="cell-label">
        {family.toUpperCase()} <span class="cell-unit">mmHg</span>
        <CellLimits bed={bed} code={LIMITED_PRESSURE[family]} place={place} name={family === 'abp' ? 'mean' : 'sys'} />
      </span>
      <span class="cell-value">
        {sys?.text}
        <span class="cell-slash">/</span>
        {dia?.text}
        <span class="cell-mean">({mean?.text})</span>
        {doubted && (
          <span class="cell-mark" title="the device doubts this value" aria-label="questionable">
            ?
          </span>
        )}
      </span>
    </div>
  )
}
