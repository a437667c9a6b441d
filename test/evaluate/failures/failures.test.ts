import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import sharp from 'sharp'
import { PACKAGE_ROOT } from '../../../src/config.ts'
import { type Failure, type FailureSearch, worstOf } from './failure.ts'
import { withFailures } from './readme-section.ts'
import { spectrogramOf } from './spectrogram.ts'
import { stripOf } from './strip.ts'

const MODELS = join(PACKAGE_ROOT, 'models')
const MOST_BYTES = 600_000
const SEARCH: FailureSearch = { model: 'm', source: 'nobody', shows: 'nothing', find: () => Promise.resolve([]) }

it('the worst of each kind of mistake comes before a second of any', () => {
  const mistakes = [0.9, 0.8, 0.7].map((badness) => ({ kind: 'missed', badness, of: `missed ${badness}` }))
  const invented = { kind: 'invented', badness: 0.1, of: 'invented' }
  assert.deepEqual(worstOf([invented, ...mistakes], 3), ['missed 0.9', 'invented', 'missed 0.8'])
  assert.deepEqual(worstOf([invented], 3), ['invented'])
})

it('a section of failure cases takes the place of the one before and leaves the rest', () => {
  const failure: Failure = {
    ...{ record: 'r1', truth: 'a murmur', said: 'none', because: ['noise'] },
    ...{ drawing: { kind: 'png', bytes: Buffer.alloc(0) }, original: { kind: 'wav', bytes: Buffer.alloc(0) } },
  }
  const once = withFailures('# m\n\nWhat it is.\n', SEARCH, [failure])
  assert.match(
    once,
    /What it is\.\n\n## Failure cases\n[^]*1\. \*\*a murmur\*\* \(record r1\)\. Said: none\. Measured: noise\./,
  )
  assert.equal(withFailures(once, SEARCH, [failure]), once)
  const between = withFailures(`${once}\n## Data\n\nOf nobody.\n`, SEARCH, [])
  assert.match(between, /nobody\.\n\n\n\n## Data\n\nOf nobody\.\n$/)
})

it('a strip breaks its line where nothing was measured, and a spectrogram shows a tone at its height', async () => {
  const strip = Buffer.from(
    stripOf([{ label: 'ECG', values: [0, 1, NaN, 1, 0] }], 'then', 'now', [[0.5, 'here']]).bytes,
  )
  assert.equal(strip.toString().match(/M[\d.]+ \d+L/g)?.length, 2)
  assert.match(strip.toString(), />here</)
  const tone = Float64Array.from({ length: 4_000 }, (_, index) => Math.sin((2 * Math.PI * 250 * index) / 1_000))
  const { data, info } = await sharp((await spectrogramOf(tone)).bytes)
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (row: number): number => data[(row * info.width + 100) * info.channels] ?? NaN
  const darkest = Array.from({ length: 128 }, (_, row) => row).reduce((a, b) => (at(72 + b) < at(72 + a) ? b : a))
  assert.ok(Math.abs(darkest - 64) <= 3, `row ${darkest}`)
})

it('drawings of the models are those their READMEs show, few bytes in all, and no record is among them', async () => {
  let bytes = 0
  for (const model of ['heart-sound', 'alarm-truth', 'procedure-view', 'sepsis-vitals']) {
    const folder = join(MODELS, model, 'failures')
    const readme = await readFile(join(MODELS, model, 'README.md'), 'utf8')
    const shown = [...readme.matchAll(/\]\(failures\/([^)]+)\)/g)].map(([, name]) => name)
    const files = await readdir(folder)
    assert.deepEqual(files.sort(), shown.sort(), model)
    assert.ok(files.length > 0 && files.every((name) => /\.(svg|png)$/.test(name)), model)
    for (const name of files) bytes += (await stat(join(folder, name))).size
  }
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`)
})
