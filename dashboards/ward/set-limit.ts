import { ask } from '../app/connection.ts'
import { codeWords } from '../app/code-words.ts'
import type { Band } from './limit-change.ts'

/** Null: it is in force. Else why not, in words. */
export async function setLimit(patientId: string, code: string, { low, high }: Band): Promise<string | null> {
  const answer = await ask('set-limit', { patientId, code, low, high })
  if (answer.ok) return null
  return answer.code === 'REQUEST_INVALID' ? answer.message : (codeWords(answer.code) ?? answer.message)
}
