import { createHash, timingSafeEqual } from 'node:crypto'

/** Who may ask: everyone while no token is set, else who brings it. */
export class SignIn {
  readonly #expected: Buffer | null

  constructor(token: string) {
    this.#expected = token === '' ? null : digest(token)
  }

  /** Who a command is from, until there are accounts. */
  get userId(): string {
    return this.#expected === null ? 'local' : 'token'
  }

  /** Compares digests, so that neither length nor content of the token shows in the time it takes. */
  admits(given: string | undefined): boolean {
    if (this.#expected === null) return true
    return given !== undefined && timingSafeEqual(digest(given), this.#expected)
  }
}

/** The token of an `Authorization: Bearer …` header (RFC 6750). */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
