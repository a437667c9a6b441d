import { ERRORS, type ErrorCode, VigilError } from '../errors.ts'

/** An answer that says no, by code. */
export interface Refusal {
  ok: false
  code: ErrorCode
  message: string
}

export function refusal(code: ErrorCode, detail = ''): Refusal {
  return { ok: false, code, message: detail === '' ? ERRORS[code].says : `${ERRORS[code].says}: ${detail}` }
}

/** Lost infrastructure as an answer; null for what is a bug and must be seen as one. */
export function refusalOf(error: unknown): Refusal | null {
  return error instanceof VigilError ? { ok: false, code: error.code, message: error.message } : null
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  UNAUTHORISED: 401,
  SIGN_IN_REFUSED: 401,
  NOT_ALLOWED: 403,
  ORIGIN_REFUSED: 403,
  ADDRESS_UNKNOWN: 404,
  ASSIGNEE_UNKNOWN: 404,
  PATIENT_UNKNOWN: 404,
  ALERT_UNKNOWN: 404,
  ALERT_ANSWERED: 409,
  ACCOUNT_UNKNOWN: 404,
  ACCOUNT_TAKEN: 409,
  LAST_ADMIN: 409,
  LINK_INVALID: 410,
  PASSWORD_WEAK: 422,
  LOCKED_OUT: 429,
  OPENID_REFUSED: 403,
  OPENID_UNAVAILABLE: 503,
  SIGN_IN_BUSY: 503,
  MODEL_UNKNOWN: 404,
  LOG_UNAVAILABLE: 503,
  COMMAND_UNCONFIRMED: 503,
  DATABASE_UNAVAILABLE: 503,
}

/** The HTTP status a code is answered with. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? 500
}
