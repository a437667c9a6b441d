import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pcgAudio, type PcgAudio } from '../../src/predict/pcg-audio.ts'
import type { PcgChunk } from '../../src/reading.ts'
import { flacOf } from './flac.ts'
import { beats, chunks, source, START_MS, windowOf } from './windows.ts'

test('ten chunks of a second become ten seconds at 1 kHz without a seam', async () => {
  const { samples, mask, seconds, site } = await audio(chunks(10))
  assert.deepEqual([samples.length, seconds, site], [10_000, 10, 'mitral'])
  assert.ok(mask.every((value) => value === 1))
  // Around the seam at 3 s the sound is what it is elsewhere: the beats themselves, as far as the filter lets them pass.
  for (let ms = 2_900; ms < 3_100; ms++)
    assert.ok(Math.abs((samples[ms] ?? NaN) - beats(ms / 1_000)) < 0.03, `at ${ms} ms`)
})

test('a chunk that never came is a gap of zeros in sound and mask', async () => {
  // seconds  0 1 2 3 . . 6 7 8 9
  const { samples, mask, seconds } = await audio(chunks(10).filter(({ sequence }) => sequence < 4 || sequence > 5))
  assert.equal(seconds, 8)
  assert.ok(mask.subarray(4_000, 6_000).every((value) => value === 0))
  assert.ok(samples.subarray(4_000, 6_000).every((value) => value === 0))
  assert.ok(mask.subarray(0, 4_000).every((value) => value === 1))
  assert.ok(mask.subarray(6_000).every((value) => value === 1))
})

test('chunk times that jitter by milliseconds leave no holes', async () => {
  const jittered = chunks(10).map((one, index) => ({ ...one, eventTimeMs: one.eventTimeMs + (index % 2) * 7 }))
  assert.equal((await audio(jittered)).seconds, 10)
})

test('PCM and FLAC of the same sound are the same tensor', async () => {
  const pcm = chunks(4)
  const flac = await Promise.all(
    pcm.map(async (one): Promise<PcgChunk> => ({ ...one, encoding: 'flac', samples: await flacOf(one) })),
  )
  assert.deepEqual(await audio(flac), await audio(pcm))
})

test('the same chunk twice counts once', async () => {
  const once = chunks(5)
  assert.deepEqual(await audio([...once, ...once]), await audio(once))
})

test('one broken chunk is a gap, all broken are AUDIO_UNREADABLE', async () => {
  const broken = (one: PcgChunk): PcgChunk => ({ ...one, encoding: 'flac' })
  assert.equal((await audio(chunks(6).map((one, index) => (index === 2 ? broken(one) : one)))).seconds, 5)
  assert.deepEqual(await refused(chunks(6).map(broken)), 'AUDIO_UNREADABLE')
})

test('sounds of two sites are not mixed: the one heard longer is taken', async () => {
  const aortic = chunks(4, { site: 'aortic' })
  const mitral = chunks(10).slice(4)
  const { site, seconds } = await audio([...aortic, ...mitral])
  assert.deepEqual([site, seconds], ['mitral', 6])
})

test('of a window longer than ten seconds the newest ten are heard', async () => {
  const { seconds, samples } = await audio(
    chunks(30, { sound: (second) => (second < 20 ? 0.9 * Math.sin(second * 500) : beats(second)) }),
  )
  assert.equal(seconds, 10)
  assert.ok(Math.max(...samples.subarray(100)) < 0.5)
})

test('what is too short, silent, clipped or too slow is not passed on, and the reason says which', async () => {
  assert.equal(await refused(chunks(2)), 'too_short')
  assert.equal(await refused(chunks(10, { sound: () => 0 })), 'silent')
  assert.equal(await refused(chunks(10, { sound: (s) => 1e-5 * Math.sin(s * 300) })), 'silent')
  assert.equal(await refused(chunks(10, { sound: (s) => (second(s) < 0.6 ? 0 : beats(s)) })), 'silent')
  assert.equal(await refused(chunks(10, { sound: (s) => 6 * beats(s) })), 'clipped')
  assert.equal(await refused(chunks(10, { sampleRateHz: 500 })), 'rate_too_low')
})

test('nothing to hear is never seen, idle or not measured', async () => {
  const reason = async (sources: Parameters<typeof windowOf>[0]): Promise<unknown> => {
    const result = await pcgAudio(windowOf(sources))
    return result.ok ? null : result.reason
  }
  assert.equal(await reason({}), 'never_seen')
  assert.equal(await reason({ sources: [source({ state: 'idle' })] }), 'idle')
  assert.equal(await reason({ sources: [source()] }), 'not_measured')
})

test('a chunk that starts before the window ends is heard to its end', async () => {
  const late = chunks(4).map((one) => ({ ...one, eventTimeMs: START_MS + 6_500 + one.sequence * 1_000 }))
  assert.equal((await audio(late)).seconds, 4)
})

async function audio(pcg: readonly PcgChunk[]): Promise<PcgAudio> {
  const result = await pcgAudio(windowOf({ pcg }))
  assert.ok(result.ok, JSON.stringify(result))
  return result
}

async function refused(pcg: readonly PcgChunk[]): Promise<string | null> {
  const result = await pcgAudio(windowOf({ pcg }))
  return result.ok ? null : result.reason
}

function second(time: number): number {
  return time % 1
}
