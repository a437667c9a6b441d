import { nameOf } from '../app/names.ts'

/** Who did something, as far as it is known: without a sign-in nobody's name is. */
const NAMELESS: Readonly<Record<string, string>> = {
  local: 'somebody at this ward',
  token: 'somebody with the token',
}

export function whoWords(userId: string): string {
  return NAMELESS[userId] ?? nameOf(userId)
}
