import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { type Anchor, ANCHOR_FILE, readAnchor } from '../../src/tune/anchor.ts'
import { tensorBytes } from '../../src/tune/tensor-bytes.ts'
import { copyOfModel } from '../predict/heart-sound-folder.ts'

test('a model without an anchor brings nobody, one with brings its subjects, and another version is refused', async (t) => {
  const path = await copyOfModel(t)
  const read = await readModelFolder(path)
  assert.ok(read.ok)
  const { folder } = read
  const [answer] = folder.card.answers
  assert.ok(answer !== undefined)
  assert.deepEqual(await readAnchor(folder, answer), [])
  const embedding = Float32Array.of(0.5, -1.25, 3)
  const subject = { subject: 'c1', label: 'absent', embedding: tensorBytes.write(embedding), parent: [0.1, 0.2, 0.7] }
  const anchor: Anchor = { made: 'a test', sha256: folder.card.sha256, answers: { [answer.finding]: [subject] } }
  await writeFile(join(path, ANCHOR_FILE), JSON.stringify(anchor))
  const [example] = await readAnchor(folder, answer)
  assert.deepEqual(example, { subject: 'c1', label: 2, embedding, parent: Float64Array.of(0.1, 0.2, 0.7), groups: {} })
  await writeFile(join(path, ANCHOR_FILE), JSON.stringify({ ...anchor, sha256: 'another' }))
  await assert.rejects(readAnchor(folder, answer), /another version/)
})
