import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunkSamples } from '../../src/predict/pcg-samples.ts'
import type { PcgChunk } from '../../src/reading.ts'
import { flacOf } from './flac.ts'
import { chunk } from './windows.ts'

// First in this file: what a decoder saw first is what it measures later streams by.
test('feeds of other rates and block sizes, by turns, do not disturb each other', async () => {
  const kinds = [
    { pcm: chunk(0, { sampleRateHz: 4_000 }), blockSize: 1_536 },
    { pcm: chunk(0, { sampleRateHz: 4_000 }), blockSize: 256 },
    { pcm: chunk(0, { sampleRateHz: 44_100 }), blockSize: 4_096 },
    { pcm: chunk(0, { sampleRateHz: 1_000 }), blockSize: 192 },
  ]
  const flacs = await Promise.all(kinds.map(({ pcm, blockSize }) => flacOf(pcm, blockSize)))
  for (let turn = 0; turn < 3; turn++)
    for (const [index, { pcm }] of kinds.entries()) {
      const samples = flacs[index] ?? Buffer.alloc(0)
      assert.deepEqual(await samplesOf({ ...pcm, encoding: 'flac', samples }), await samplesOf(pcm))
    }
})

test('16-bit samples become parts of full scale', async () => {
  const samples = Buffer.alloc(6)
  samples.writeInt16LE(-32_768, 0)
  samples.writeInt16LE(16_384, 4)
  assert.deepEqual(await samplesOf({ ...chunk(0), sampleCount: 3, samples }), Float64Array.of(-1, 0, 0.5))
})

test('PCM is read as int16, little-endian, wherever its bytes begin', async () => {
  const values = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
  const expected = Float64Array.from(values, (value) => value / 32_768)
  for (const begins of [0, 1, 2, 3]) {
    const samples = Buffer.alloc(begins + values.length * 2).subarray(begins)
    for (const [index, value] of values.entries()) samples.writeInt16LE(value, index * 2)
    const pcm = chunk(0, { sampleRateHz: 65_536, sampleCount: values.length, samples })
    assert.deepEqual(await samplesOf(pcm), expected, `at ${begins}`)
  }
})

test('samples are written in their place and nowhere else', async () => {
  const pcm = chunk(0, { sampleRateHz: 1_000 })
  const flac: PcgChunk = { ...pcm, encoding: 'flac', samples: await flacOf(pcm) }
  for (const one of [pcm, flac]) {
    const decoded = await chunkSamples(one)
    assert.ok(decoded.ok)
    const target = new Float64Array(1_006).fill(7)
    decoded.writeTo(target, 4)
    assert.deepEqual([...target.subarray(0, 4), ...target.subarray(1_004)], [7, 7, 7, 7, 7, 7])
    assert.deepEqual(target.slice(4, 1_004), await samplesOf(pcm))
  }
})

test('a FLAC chunk gives the very samples that went into it', async () => {
  const pcm = chunk(0)
  assert.deepEqual(await samplesOf({ ...pcm, encoding: 'flac', samples: await flacOf(pcm) }), await samplesOf(pcm))
})

test('a FLAC chunk that was cut, damaged, or is of another rate or length is refused and not guessed', async () => {
  const pcm = chunk(0)
  const flac = await flacOf(pcm)
  const audioAt = flac.indexOf(Buffer.of(0xff, 0xf8))
  const damaged = Buffer.from(flac)
  damaged[audioAt + 200] = (damaged[audioAt + 200] ?? 0) ^ 1
  const bad = { ...pcm, encoding: 'flac' } as const
  for (const [name, changes] of Object.entries({
    cut: { samples: flac.subarray(0, flac.length - 20) },
    'cut between two frames': { samples: flac.subarray(0, flac.lastIndexOf(Buffer.of(0xff, 0xf8))) },
    damaged: { samples: damaged },
    rate: { samples: flac, sampleRateHz: 4_000 },
    length: { samples: flac, sampleCount: 1_500 },
    garbage: { samples: Buffer.from('not a sound at all') },
    empty: { samples: Buffer.alloc(0) },
  }))
    assert.equal((await chunkSamples({ ...bad, ...changes })).ok, false, name)
})

test('silence, whose FLAC frames are a few bytes, and loud noise come out whole', async () => {
  let state = 1
  const noise = (): number => (state = (state * 48_271) % 2_147_483_647) / 1_073_741_824 - 1
  for (const sound of [() => 0, noise]) {
    const pcm = chunk(0, { sound })
    assert.deepEqual(await samplesOf({ ...pcm, encoding: 'flac', samples: await flacOf(pcm) }), await samplesOf(pcm))
  }
})

test('PCM whose bytes do not fit its count is refused', async () => {
  const pcm = chunk(0)
  assert.equal((await chunkSamples({ ...pcm, samples: pcm.samples.subarray(1) })).ok, false)
  assert.equal((await chunkSamples({ ...pcm, sampleCount: 1e9 })).ok, false)
})

async function samplesOf(one: PcgChunk): Promise<Float64Array> {
  const decoded = await chunkSamples(one)
  assert.ok(decoded.ok, JSON.stringify(decoded))
  assert.equal(decoded.sampleCount, one.sampleCount)
  const samples = new Float64Array(one.sampleCount)
  decoded.writeTo(samples, 0)
  return samples
}
