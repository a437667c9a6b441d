import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../config.ts'
import type { PatientContext } from '../records.ts'

/** Ids of a text that a model reads; what is longer is cut. */
export const NOTE_LENGTH = 256

const UNKNOWN = 1
const END = 2
const NOTES = 3
/** Longer words are no words (as in BERT). */
const LONGEST_WORD = 100
/** BERT's punctuation: Unicode's, and all of ASCII that is neither letter, digit nor blank. */
const WORD = /[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu
/** They tell of how it will end, above all of a decision to let somebody die, not of illness: no model learnt from them, and none is told. */
const WITHHELD =
  /palliative|hospice|comfort|withdraw(al)? of|care limit|end of life|brain death|discharge planning|do not resus|\bdn[ri]\b/

/** WordPiece (Wu et al. 2016) as BERT has it, uncased, over a model's own vocabulary: one piece a line, its id the number of its line. */
export class WordPieces {
  readonly #ids: ReadonlyMap<string, number>

  constructor(vocabulary: string) {
    this.#ids = new Map(
      vocabulary
        .trimEnd()
        .split('\n')
        .map((piece, id) => [piece, id]),
    )
  }

  ids(text: string): number[] {
    const plain = text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu, '')
    const uncased = plain
      .normalize('NFD')
      .replaceAll(/\p{Mn}/gu, '')
      .toLowerCase()
    return (uncased.match(WORD) ?? []).flatMap((word) => this.#pieces(word))
  }

  /** The longest piece that fits, then the longest that goes on from there. */
  #pieces(word: string): number[] {
    const letters = [...word]
    if (letters.length > LONGEST_WORD) return [UNKNOWN]
    const ids: number[] = []
    for (let from = 0; from < letters.length;) {
      let to = letters.length
      let id: number | undefined
      for (; to > from; to--) {
        id = this.#ids.get((from > 0 ? '##' : '') + letters.slice(from, to).join(''))
        if (id !== undefined) break
      }
      if (id === undefined) return [UNKNOWN]
      ids.push(id)
      from = to
    }
    return ids
  }
}

let shipped: WordPieces | null = null

/** The vocabulary of notes-context, for every model that reads notes; read once, when the first asks. */
export function shippedPieces(): WordPieces {
  const file = join(PACKAGE_ROOT, 'models', 'notes-context', 'vocabulary.txt')
  return (shipped ??= new WordPieces(readFileSync(file, 'utf8')))
}

/** What is known of a patient in words. */
export type Notes = Pick<PatientContext, 'diagnosis' | 'notes'>

/**
 * Problems, then notes, as ids: each phrase ends with its mark, another mark stands between problems and notes, zeros fill up. A phrase
 * ends at a semicolon or a line's end. The same in models/training/notes_context/word_pieces.py.
 */
export function noteTokens(pieces: WordPieces, { diagnosis, notes }: Notes): Float32Array {
  const written = (texts: readonly string[]): number[] =>
    texts.flatMap(phrases).flatMap((phrase) => {
      const ids = pieces.ids(phrase)
      return ids.length === 0 ? [] : [...ids, END]
    })
  const ofNotes = written(notes)
  const ids = [...written([diagnosis]), ...(ofNotes.length > 0 ? [NOTES, ...ofNotes] : [])]
  const row = new Float32Array(NOTE_LENGTH)
  row.set(ids.slice(0, NOTE_LENGTH))
  return row
}

function phrases(text: string): string[] {
  return text.split(/[;\n]/).filter((phrase) => !WITHHELD.test(phrase.toLowerCase()))
}
