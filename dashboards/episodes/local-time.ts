/** A time as a `datetime-local` field writes it, in the time zone of the screen: 2026-11-24T09:15:07. */
export function localText(timeMs: number): string {
  const at = new Date(timeMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}

/** Milliseconds of such a text, or null where it is none. */
export function localTimeMs(text: string): number | null {
  const timeMs = new Date(text).getTime()
  return text === '' || Number.isNaN(timeMs) ? null : timeMs
}
