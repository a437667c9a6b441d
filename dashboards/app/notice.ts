import { signal } from '@preact/signals'
import { codeWords } from './code-words.ts'
import { clock } from './screen-clock.ts'

const SHOWN_MS = 8_000

/** What a person should know of what did not work; one at a time, the newest. */
export const notice = signal<string | null>(null)
let shown = 0

export function say(text: string): void {
  notice.value = text
  const mine = ++shown
  clock.after(SHOWN_MS, () => {
    if (mine === shown) notice.value = null
  })
}

export function noticeFailure(what: string, { code, message }: { code: string; message: string }): void {
  say(`${what}: ${codeWords(code) ?? message}.`)
}
