import { codeWords } from '../app/code-words.ts'
import { ask } from '../app/connection.ts'

/** Null: it is in force. Else why not, in words. */
export async function assign(patientId: string, assignee: string | null): Promise<string | null> {
  const answer = await ask('assign', { patientId, assignee })
  if (answer.ok) return null
  return answer.code === 'REQUEST_INVALID' ? answer.message : (codeWords(answer.code) ?? answer.message)
}
