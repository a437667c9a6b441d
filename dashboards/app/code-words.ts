import { ERRORS } from '../../src/errors.ts'

/** The meaning of an error code, or null for one that errors.ts does not have. */
export function codeWords(code: string): string | null {
  return code in ERRORS ? ERRORS[code as keyof typeof ERRORS].says : null
}
