import { createServer } from 'node:net'
import { VigilError } from '../errors.ts'

export interface Address {
  host: string
  port: number
}

/** Proves that the address can be listened on, before anything slow is started. Throws PORT_BUSY, SETTING_INVALID. */
export async function proveAddress({ host, port }: Address): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ host, port }, resolve)
    })
  } catch (error) {
    throw bindFailure(error, { host, port })
  }
  await new Promise((resolve) => probe.close(resolve))
}

/** What it means that an address could not be listened on. */
export function bindFailure(error: unknown, { host, port }: Address): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') return new VigilError('PORT_BUSY', `${port} on ${host}`, { cause: error })
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND')
    return new VigilError('SETTING_INVALID', `cannot bind to ${host} port ${port} (${code})`, { cause: error })
  return error
}
