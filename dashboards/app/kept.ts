import { signal, type Signal } from '@preact/signals'

/** A choice of this screen that outlives a reload. What is stored but not understood any more is not taken. */
export function kept<T>(key: string, read: (stored: string | null) => T, write: (value: T) => string): Signal<T> {
  const chosen = signal(read(localStorage.getItem(key)))
  chosen.subscribe((value) => {
    const text = write(value)
    if (localStorage.getItem(key) !== text) localStorage.setItem(key, text)
  })
  return chosen
}

/** One of a few words; the first unless a person chose otherwise. */
export function keptWord<T extends string>(key: string, words: readonly [T, ...T[]]): Signal<T> {
  return kept<T>(
    key,
    (stored) => words.find((word) => word === stored) ?? words[0],
    (word) => word,
  )
}
