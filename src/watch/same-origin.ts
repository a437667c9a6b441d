const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/** Whether an address to bind to is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host.startsWith('127.')
}

interface Asked {
  /** The Host header. */
  host: string | undefined
  /** The Origin header; scripts send none, browsers do for sockets and POSTs. */
  origin: string | undefined
}

/**
 * Whether a Host header may reach a server bound to `boundHost`. A page that rebinds its own name to 127.0.0.1 still sends
 * that name, so a loopback server answers to loopback names only, and to the public one. Ports may differ: someone may
 * forward one.
 */
export function hostAllowed(boundHost: string, host: string | undefined, publicUrl = ''): boolean {
  if (!isLoopback(boundHost)) return true
  const name = hostName(host)
  return name !== null && (isLoopback(name) || (publicUrl !== '' && name === new URL(publicUrl).hostname))
}

/** Whether a socket or POST comes from our own page or from no page at all. */
export function originAllowed({ host, origin }: Asked): boolean {
  if (origin === undefined) return true
  try {
    return host !== undefined && new URL(origin).host === host.toLowerCase()
  } catch {
    return false
  }
}

function hostName(host: string | undefined): string | null {
  if (host === undefined || host === '') return null
  try {
    return new URL(`http://${host}`).hostname
  } catch {
    return null
  }
}
