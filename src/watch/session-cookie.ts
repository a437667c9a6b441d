import { isHttps } from '../public-url.ts'

/** The cookie a session lives in: no script reads it, no other site's page sends it. */
export class SessionCookie {
  readonly name: string
  readonly #attributes: string

  /** Served by https it is bound to this host and never sent in the clear (RFC 6265bis, the __Host- prefix). */
  constructor(publicUrl: string) {
    const secure = isHttps(publicUrl)
    this.name = secure ? '__Host-vigil-session' : 'vigil-session'
    this.#attributes = `; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  }

  /** The session id that came with a request, if any. */
  read(header: string | undefined): string | undefined {
    return readCookie(header, this.name)
  }

  given(id: string, lastsMs: number): string {
    return `${this.name}=${id}; Max-Age=${Math.floor(lastsMs / 1_000)}${this.#attributes}`
  }

  taken(): string {
    return `${this.name}=; Max-Age=0${this.#attributes}`
  }
}

/** A cookie of a Cookie header; of two with one name the first, as browsers order them. Only signs that need no quoting. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 0 || part.slice(0, at).trim() !== name) continue
    const value = part.slice(at + 1).trim()
    return /^[\w.~-]{1,4096}$/.test(value) ? value : undefined
  }
  return undefined
}
