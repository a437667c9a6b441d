import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { NOTE_LENGTH, noteTokens, WordPieces } from '../../src/predict/note-tokens.ts'

const vocabulary = readFileSync(join(PACKAGE_ROOT, 'models', 'notes-context', 'vocabulary.txt'), 'utf8')
const lines = vocabulary.trimEnd().split('\n')
const pieces = new WordPieces(vocabulary)

/** By Python's tokenizers 0.23: BertNormalizer, BertPreTokenizer and WordPiece over the same vocabulary. */
const BY_PYTHON: readonly (readonly [text: string, pieces: string])[] = [
  ['Sepsis, urinary source', 'sep ##sis , ur ##ina ##ry source'],
  ['Émphysème/bronchitis (COPD) — moderate', 'em ##phy ##se ##me / bro ##nch ##itis ( cop ##d ) [UNK] moderate'],
  ['SpO2 88-92 % on 2L; T 39.4 °C', 'sp ##o ##2 8 ##8 - 9 ##2 % on 2 ##l ; t 39 . 4 [UNK]'],
  ['µg/L <5 & >3', '[UNK] / l < 5 & > 3'],
  ['naïve CAFÉ', 'na ##ive ca ##fe'],
  ['postpneumonectomy syndrome', 'post ##p ##ne ##um ##one ##ct ##omy syndrome'],
  ['new\tconfusion this\u00a0morning', 'new confusion this mor ##ni ##ng'],
  ['x'.repeat(101), '[UNK]'],
  ['İstanbul ﬁbrosis', 'is ##tan ##bu ##l [UNK]'],
  ['a\u200bb\u0000c\ufffd', 'abc'],
  ["p.r.n. `x` ~5 ^2 the patient's", "p . r . n . [UNK] x [UNK] [UNK] 5 [UNK] 2 the patient ' s"],
  ['  ', ''],
]

test('a text comes to the pieces that training had', () => {
  for (const [text, expected] of BY_PYTHON) assert.equal(piecesOf(pieces.ids(text)), expected, text)
})

test('problems, then notes, each phrase with its end; what does not fit is cut', () => {
  const tokens = noteTokens(pieces, { diagnosis: 'sepsis; fever\n', notes: ['on oxygen', '', 'fever'] })
  assert.equal(tokens.length, NOTE_LENGTH)
  assert.equal(
    piecesOf([...tokens].filter((id) => id !== 0)),
    'sep ##sis [END] fever [END] [NOTES] on oxygen [END] fever [END]',
  )
  const long = noteTokens(pieces, { diagnosis: '', notes: Array.from({ length: 300 }, () => 'fever') })
  assert.equal(piecesOf([...long.subarray(0, 3)]), '[NOTES] fever [END]')
  assert.ok(long.every((id) => id !== 0))
})

test('nothing written is nothing but zeros', () => {
  assert.ok(noteTokens(pieces, { diagnosis: ' ', notes: ['', ';'] }).every((id) => id === 0))
})

test('a decision to let somebody die is not told to the model', () => {
  const told = noteTokens(pieces, { diagnosis: 'sepsis', notes: ['Palliative care consultation', 'DNR; fever'] })
  assert.deepEqual(told, noteTokens(pieces, { diagnosis: 'sepsis', notes: ['fever'] }))
})

function piecesOf(ids: readonly number[]): string {
  return ids.map((id) => lines[id] ?? '').join(' ')
}
