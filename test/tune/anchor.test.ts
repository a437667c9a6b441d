import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { seededRandom } from '../../src/acquire/seeded-random.ts'
import { type Anchor, ANCHOR_FILE, heldAgainst, readAnchor } from '../../src/tune/anchor.ts'
import { objectionsTo } from '../../src/tune/gate.ts'
import { type Example, fitHead } from '../../src/tune/site-head.ts'
import { tensorBytes } from '../../src/tune/tensor-bytes.ts'
import { copyOfModel, shippedFolder } from '../predict/heart-sound-folder.ts'

const [PRESENT, UNKNOWN, ABSENT] = [0, 1, 2]

test('a model without an anchor brings nobody, one with brings its subjects, and another version is refused', async (t) => {
  const path = await copyOfModel(t)
  await rm(join(path, ANCHOR_FILE), { force: true })
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

test('heart-sound brings children that it was trained on, of its very file, and does well on them', async () => {
  const anchor = await shippedAnchor()
  assert.ok(anchor.length > 300, `${anchor.length} windows`)
  assert.ok(new Set(anchor.map(({ subject }) => subject)).size > 100)
  for (const { label, embedding, parent } of anchor) {
    assert.ok([PRESENT, UNKNOWN, ABSENT].includes(label))
    assert.equal(embedding.length, 64)
    assert.ok(Math.abs(parent.reduce((a, b) => a + b, 0) - 1) < 1e-4)
  }
  const loss = anchor.reduce((sum, { label, parent }) => sum - Math.log(parent[label] ?? 0), 0) / anchor.length
  assert.ok(loss < 0.6, `cross-entropy ${loss}`)
})

describe('a head that a site fitted is held against children of heart-sound', async () => {
  const anchor = await shippedAnchor()
  const number = ({ subject }: Example): number => Number(subject.slice(1))
  // A site whose stethoscope is the one of the children, and the children that it never saw.
  const site = anchor.filter((one) => number(one) % 2 === 0)
  const children = anchor.filter((one) => number(one) % 2 === 1)
  const refusedFor = (labelled: readonly Example[]): string[] => {
    const held = heldAgainst(children, labelled, fitHead(labelled, 0.3))
    return objectionsTo([], [], held, 0).map(({ code }) => code)
  }
  const swapped = (example: Example): Example => {
    const { label } = example
    return { ...example, label: label === PRESENT ? ABSENT : label === ABSENT ? PRESENT : label }
  }
  const withoutUnknown = site.filter(({ label }) => label !== UNKNOWN)

  it('honest labels forget nothing', () => assert.deepEqual(refusedFor(site), []))

  it('a site that never says that it does not know, or has as many murmurs as none, forgets nothing', () => {
    assert.deepEqual(refusedFor(withoutUnknown), [])
    const present = withoutUnknown.filter(({ label }) => label === PRESENT)
    const absent = withoutUnknown.filter(({ label }) => label === ABSENT).slice(0, present.length)
    assert.deepEqual(refusedFor([...present, ...absent]), [])
  })

  it('swapped labels forget the children', () => {
    assert.deepEqual(refusedFor(site.map(swapped)), ['TUNE_FORGETS'])
    assert.deepEqual(refusedFor(withoutUnknown.map(swapped)), ['TUNE_FORGETS'])
  })

  it('so do labels by chance, and a table of which a third is wrong', () => {
    const [random, some] = [seededRandom(1), seededRandom(2)]
    assert.deepEqual(refusedFor(withoutUnknown.map((one) => (random() < 0.5 ? one : swapped(one)))), ['TUNE_FORGETS'])
    assert.deepEqual(refusedFor(withoutUnknown.map((one) => (some() < 2 / 3 ? one : swapped(one)))), ['TUNE_FORGETS'])
  })
})

async function shippedAnchor(): Promise<Example[]> {
  const folder = await shippedFolder()
  const murmur = folder.card.answers.find(({ finding }) => finding === 'murmur')
  assert.ok(murmur !== undefined)
  return readAnchor(folder, murmur)
}
