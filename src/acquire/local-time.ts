const DAY_MS = 86_400_000
/** All changes of the world's clocks fall on quarters of an hour. */
const QUARTER_MS = 900_000
const ZONED = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i

/**
 * Dates and times of ISO 8601 as somebody's wall showed them. Those that name no zone are of the zone that the feed names;
 * never of the zone of this process, which says nothing of the device.
 *
 * In autumn an hour comes twice: a time is taken for its first coming, unless that lies before the time that came before
 * it in the file. In spring an hour is left out: a device that shows it has not been moved on yet.
 */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat
  readonly #offsets = new Map<number, number>()

  /** Throws RangeError for a zone that nobody knows. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  /** Milliseconds since the epoch of a text; NaN where it is no date and time. */
  parse(text: string, notBeforeMs = -Infinity): number {
    const times = this.#times(text)
    return times.find((timeMs) => timeMs >= notBeforeMs) ?? times[0] ?? NaN
  }

  /** The last time that a text can mean. */
  latest(text: string): number {
    return this.#times(text).at(-1) ?? NaN
  }

  /** One, or two in order; none for what is no time. */
  #times(text: string): number[] {
    if (ZONED.test(text) || !text.includes(':')) return [Date.parse(text)].filter(Number.isFinite)
    const wallMs = Date.parse(`${text}Z`)
    if (!Number.isFinite(wallMs)) return []
    const [before, after] = [this.#offsetMs(wallMs - DAY_MS), this.#offsetMs(wallMs + DAY_MS)]
    const times = [wallMs - before, wallMs - after].filter((timeMs) => this.#offsetMs(timeMs) === wallMs - timeMs)
    return times.length === 0 ? [wallMs - before] : [...new Set(times)].sort((a, b) => a - b)
  }

  /** How far the zone is ahead of UTC at a time. */
  #offsetMs(timeMs: number): number {
    const quarter = Math.floor(timeMs / QUARTER_MS)
    const known = this.#offsets.get(quarter)
    if (known !== undefined) return known
    const parts = this.#format.formatToParts(quarter * QUARTER_MS)
    const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value)
    const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
    const offsetMs = shown - quarter * QUARTER_MS
    this.#offsets.set(quarter, offsetMs)
    return offsetMs
  }
}

export const UTC = new LocalTime('UTC')
