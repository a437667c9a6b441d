import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { fetchJson } from '../app/api.ts'
import { clock } from '../app/screen-clock.ts'

const REFRESH_MS = 30_000
/** What somebody just did is in the log, and read again, within this. */
const SOON_MS = 1_000
/** Two readings were missed: what is shown is old. */
const OLD_MS = 75_000

export interface Read<T> {
  value: T | null
  /** Monotonic time of this screen at which it came. */
  readMs: number
  failed: boolean
}

/** Something that the API counts, read again every 30 s. What was read last stays, with its age, while nothing newer comes. */
export function useCounted<T>(path: string | null): { read: Signal<Read<T>>; again: () => void } {
  const read = useSignal<Read<T>>({ value: null, readMs: 0, failed: false })
  const ask = async (abort?: AbortSignal): Promise<void> => {
    if (path === null) return
    const answer = await fetchJson<T>(path, abort)
    if (abort?.aborted === true) return
    read.value = answer.ok
      ? { value: answer.value, readMs: clock.monotonicMs(), failed: false }
      : { ...read.peek(), failed: true }
  }
  useEffect(() => {
    const abort = new AbortController()
    read.value = { value: null, readMs: 0, failed: false }
    void ask(abort.signal)
    const timer = clock.every(REFRESH_MS, () => void ask(abort.signal))
    return () => {
      abort.abort()
      timer.cancel()
    }
  }, [path])
  return { read, again: () => void clock.after(SOON_MS, () => void ask()) }
}

export function isOld({ value, readMs }: Read<unknown>, nowMs: number): boolean {
  return value !== null && nowMs - readMs > OLD_MS
}
