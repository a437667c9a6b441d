/** Whether people reach the ward by https: by a proxy before it, since the ward itself speaks http. */
export function isHttps(publicUrl: string): boolean {
  return publicUrl.startsWith('https://')
}

/** Why a public address is none; null for one that is, and for none at all. */
export function publicUrlProblem(publicUrl: string): string | null {
  if (publicUrl === '') return null
  const parsed = URL.canParse(publicUrl) ? new URL(publicUrl) : null
  const good = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/' && parsed.search === ''
  return good ? null : '--public-url is https://name or https://name:port, without a path'
}

/** Whether an OpenID issuer may be asked: what it says decides who gets in, so nobody on the way may change it. */
export function isIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false
  const { protocol, hostname } = new URL(issuer)
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname))
}
