import { token } from './token.ts'

export type Fetched<T> = { ok: true; value: T } | { ok: false; status: number; code: string; message: string }

/** Asks the JSON API. What did not work is a value: the screen goes on without it and says so. */
export function fetchJson<T>(path: string, signal?: AbortSignal): Promise<Fetched<T>> {
  return asked(path, signal === undefined ? {} : { signal })
}

/** Has the API do something. */
export function postJson<T>(path: string, body: object): Promise<Fetched<T>> {
  return asked(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

export function bedPath(patientId: string, rest: string): string {
  return `/api/beds/${encodeURIComponent(patientId)}/${rest}`
}

async function asked<T>(path: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }) {
  const bearer: Record<string, string> = token() === '' ? {} : { authorization: `Bearer ${token()}` }
  try {
    const response = await fetch(path, { ...init, headers: { ...init.headers, ...bearer } })
    const body = (await response.json()) as unknown
    if (response.ok) return { ok: true, value: body as T } as const
    const { code, message } = (body ?? {}) as { code?: string; message?: string }
    return {
      ok: false,
      status: response.status,
      code: code ?? 'UNKNOWN',
      message: message ?? response.statusText,
    } as const
  } catch {
    return { ok: false, status: 0, code: 'NO_ANSWER', message: 'the server did not answer' } as const
  }
}
