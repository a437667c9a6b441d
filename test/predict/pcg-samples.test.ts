import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunkSamples } from '../../src/predict/pcg-samples.ts'
import { flacOf } from './flac.ts'
import { chunk } from './windows.ts'

test('16-bit samples become parts of full scale', async () => {
  const samples = Buffer.alloc(6)
  samples.writeInt16LE(-32_768, 0)
  samples.writeInt16LE(16_384, 4)
  const decoded = await chunkSamples({ ...chunk(0), sampleCount: 3, samples })
  assert.deepEqual(decoded, { ok: true, samples: Float32Array.of(-1, 0, 0.5) })
})

test('a FLAC chunk gives the very samples that went into it', async () => {
  const pcm = chunk(0)
  const decoded = await chunkSamples({ ...pcm, encoding: 'flac', samples: await flacOf(pcm) })
  assert.deepEqual(decoded, await chunkSamples(pcm))
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

test('feeds of other rates and block sizes, by turns, do not disturb each other', async () => {
  const kinds = [1_000, 2_000, 4_000, 44_100].map((sampleRateHz) => chunk(0, { sampleRateHz }))
  const flacs = await Promise.all(kinds.map(flacOf))
  for (let turn = 0; turn < 3; turn++)
    for (const [index, pcm] of kinds.entries()) {
      const samples = flacs[index] ?? Buffer.alloc(0)
      assert.deepEqual(await chunkSamples({ ...pcm, encoding: 'flac', samples }), await chunkSamples(pcm))
    }
})

test('silence, whose FLAC frames are a few bytes, and loud noise come out whole', async () => {
  let state = 1
  const noise = (): number => (state = (state * 48_271) % 2_147_483_647) / 1_073_741_824 - 1
  for (const sound of [() => 0, noise]) {
    const pcm = chunk(0, { sound })
    assert.deepEqual(
      await chunkSamples({ ...pcm, encoding: 'flac', samples: await flacOf(pcm) }),
      await chunkSamples(pcm),
    )
  }
})

test('PCM whose bytes do not fit its count is refused', async () => {
  const pcm = chunk(0)
  assert.equal((await chunkSamples({ ...pcm, samples: pcm.samples.subarray(1) })).ok, false)
  assert.equal((await chunkSamples({ ...pcm, sampleCount: 1e9 })).ok, false)
})
