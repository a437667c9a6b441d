import { ask } from '../app/connection.ts'
import { codeWords } from '../app/code-words.ts'
import type { Band } from './limit-change.ts'

/** Null: it is in force. Else why not, in words. */
export async function setLimit(
  patientId: string,
  code: string,
  { low, high }: Band,
  reason?: string,
): Promise<string | null> {
  const answer = await ask('set-limit', { patientId, code, low, high, ...(reason !== undefined && { reason }) })
  return answer.ok ? null : whyNot(answer)
}

/** A limit that is suggested to be changed stays. Null: that is kept; else why not. */
export async function leaveSuggestion(patientId: string, code: string, reason: string): Promise<string | null> {
  const answer = await ask('leave-suggestion', { patientId, code, ...(reason !== '' && { reason }) })
  return answer.ok ? null : whyNot(answer)
}

function whyNot({ code, message }: { code: string; message: string }): string {
  return code === 'REQUEST_INVALID' ? message : (codeWords(code) ?? message)
}
