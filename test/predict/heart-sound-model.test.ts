import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig, recordingsFolder } from '../../src/config.ts'
import { InferenceProcess } from '../../src/predict/inference-process.ts'
import { prepareWindow, rowFor } from '../../src/predict/window-tensors.ts'
import { prove } from '../../src/predict/proof.ts'
import { stack } from '../../src/predict/tensor.ts'
import type { PcgChunk } from '../../src/reading.ts'
import { shippedFolder } from './heart-sound-folder.ts'
import { chunk, windowOf } from './windows.ts'

const OUTPUTS = ['logits', 'probabilities', 'abnormal', 'pooled']
const DEADLINE_MS = 60_000

test('the shipped model gives its golden answers on the CPU and does not grow with use', async (t) => {
  const folder = await shippedFolder()
  const inference = await loaded(t)
  const proof = await prove(folder, (inputs) => inference.run(inputs, OUTPUTS, DEADLINE_MS))
  assert.ok(proof.proven, proof.proven ? '' : proof.detail)
  const batch = stack(folder.golden.map(({ inputs }) => inputs))
  const rss: number[] = []
  for (let round = 0; round < 60; round++) {
    const outcome = await inference.run(batch, OUTPUTS, DEADLINE_MS)
    assert.ok(outcome.ok)
    rss.push(outcome.rssBytes)
  }
  const grownMb = ((rss.at(-1) ?? NaN) - (rss[20] ?? NaN)) / 1e6
  assert.ok(grownMb < 20, `grew by ${grownMb} MB in 40 batches`)
})

test('no sound at all gives numbers, as a masked average of nothing might not', async (t) => {
  const folder = await shippedFolder()
  const silent = folder.golden.find(({ name }) => name === 'nothing at all')
  assert.ok(silent !== undefined)
  const outcome = await (await loaded(t)).run(stack([silent.inputs]), OUTPUTS, DEADLINE_MS)
  assert.ok(outcome.ok && outcome.outputs['probabilities']?.data.every((value) => value >= 0 && value <= 1))
})

test('real recordings with a murmur score above those without, through the whole way from a FLAC chunk', async (t) => {
  const folder = recordingsFolder(defaultConfig())
  const heartSounds = folder === null ? null : join(folder, 'heart-sound')
  if (heartSounds === null || !existsSync(join(heartSounds, 'manifest.csv'))) {
    if (process.env['CI'] === 'true') assert.fail('real heart sounds are needed in CI')
    t.skip('no real heart sounds in the recordings folder')
    return
  }
  const heard = await table(join(heartSounds, 'circor_reference_hr.csv'))
  const label = new Map((await table(join(heartSounds, 'manifest.csv'))).map((row) => [row['file'], row['label']]))
  const loud = heard.filter(({ murmur_at_site: at }) => at === 'yes').slice(0, 10)
  const quiet = heard.filter(({ file }) => label.get(file) === 'murmur_absent').slice(0, 10)
  const { card } = await shippedFolder()
  const inference = await loaded(t)
  const score = async (file: string): Promise<number> => {
    const prepared = await prepareWindow(windowOf({ pcg: [flacChunk(await readFile(join(heartSounds, file)))] }))
    const row = rowFor(card.inputs, prepared)
    assert.ok(row.ok, `${prepared.pcg.ok ? '' : prepared.pcg.reason}`)
    const outcome = await inference.run(stack([row.inputs]), OUTPUTS, DEADLINE_MS)
    assert.ok(outcome.ok)
    return outcome.outputs['probabilities']?.data[0] ?? NaN
  }
  const mean = async (rows: typeof heard): Promise<number> => {
    let sum = 0
    for (const { file } of rows) sum += await score(file ?? '')
    return sum / rows.length
  }
  const [withMurmur, without] = [await mean(loud), await mean(quiet)]
  assert.ok(withMurmur > without + 0.3, `${withMurmur} against ${without}`)
})

async function loaded(t: { after: (end: () => Promise<void>) => void }): Promise<InferenceProcess> {
  const inference = new InferenceProcess(new SystemClock())
  t.after(() => inference.stop())
  const outcome = await inference.load((await shippedFolder()).modelFile, 'cpu', DEADLINE_MS)
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.detail)
  return inference
}

/** A whole mono FLAC file as one chunk; rate and length stand in its STREAMINFO block (RFC 9639, 8.2). */
function flacChunk(samples: Buffer): PcgChunk {
  const sampleRateHz = samples.readUIntBE(18, 3) >> 4
  const sampleCount = samples.readUInt32BE(22)
  return { ...chunk(0), encoding: 'flac', sampleRateHz, sampleCount, samples }
}

async function table(file: string): Promise<Record<string, string>[]> {
  const [head = '', ...lines] = (await readFile(file, 'utf8')).trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
  })
}
