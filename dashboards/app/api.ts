import { token } from './token.ts'

export type Fetched<T> = { ok: true; value: T } | { ok: false; status: number; code: string; message: string }

/** Asks the JSON API. What did not work is a value: the screen goes on without it and says so. */
export async function fetchJson<T>(path: string, signal?: AbortSignal): Promise<Fetched<T>> {
  const headers: Record<string, string> = token() === '' ? {} : { authorization: `Bearer ${token()}` }
  try {
    const response = await fetch(path, { headers, ...(signal === undefined ? {} : { signal }) })
    const body = (await response.json()) as unknown
    if (response.ok) return { ok: true, value: body as T }
    const { code, message } = (body ?? {}) as { code?: string; message?: string }
    return { ok: false, status: response.status, code: code ?? 'UNKNOWN', message: message ?? response.statusText }
  } catch {
    return { ok: false, status: 0, code: 'NO_ANSWER', message: 'the server did not answer' }
  }
}

export function bedPath(patientId: string, rest: string): string {
  return `/api/beds/${encodeURIComponent(patientId)}/${rest}`
}
