const KEY = 'vigil-token'

/** The token a person gave, for as long as the browser tab lives. */
export function token(): string {
  return sessionStorage.getItem(KEY) ?? ''
}

export function keepToken(given: string): void {
  if (given === '') sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, given)
}
