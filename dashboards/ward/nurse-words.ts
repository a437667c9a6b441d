import { whoWords } from './who-words.ts'

/** A longer one pushes the bed's own name out of its line. */
const MOST_LETTERS = 14

/** "A. Moser"; null for a name that has no room even so. */
export function shortName(name: string): string | null {
  const words = wordsOf(name)
  const [first = '', last] = [words[0], words.at(-1)]
  const short = words.length < 2 ? first : `${lettersOf(first)[0] ?? ''}. ${last}`
  return short === '' || lettersOf(short).length > MOST_LETTERS ? null : short
}

/** "AM"; of one word its first two letters. */
export function initials(name: string): string {
  const words = wordsOf(name)
  const [first = '', last = ''] = [words[0], words.at(-1)]
  const letters = words.length < 2 ? lettersOf(first).slice(0, 2) : [lettersOf(first)[0], lettersOf(last)[0]]
  return letters.join('').toUpperCase()
}

/** Who looks after a patient, where a line names what is done about an alert. */
export function assignedWords(userId: string | null): string {
  if (userId === null) return 'assigned to nobody'
  const name = whoWords(userId)
  return `assigned to ${shortName(name) ?? name}`
}

function wordsOf(name: string): string[] {
  return name.trim().split(/\s+/)
}

/** A letter with its accents is one, and so is one of two code units. */
function lettersOf(text: string): string[] {
  return [...text.normalize('NFC')]
}
