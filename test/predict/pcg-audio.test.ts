import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pcgAudio, type PcgAudio } from '../../src/predict/pcg-audio.ts'
import { rationalRatio } from '../../src/predict/resampler.ts'
import type { PcgChunk } from '../../src/reading.ts'
import { cases } from '../support/cases.ts'
import { flacOf } from './flac.ts'
import { referenceResampled } from './reference-resampler.ts'
import { beats, chunk, chunks, source, START_MS, windowOf } from './windows.ts'

test('ten chunks of a second become ten seconds at 1 kHz without a seam', async () => {
  const { samples, mask, seconds, site } = await audio(chunks(10))
  assert.deepEqual([samples.length, seconds, site], [10_000, 10, 'mitral'])
  assert.ok(mask.every((value) => value === 1))
  // Around the seam at 3 s the sound is what it is elsewhere: the beats themselves, as far as the filter lets them pass.
  for (let ms = 2_900; ms < 3_100; ms++)
    assert.ok(Math.abs((samples[ms] ?? NaN) - beats(ms / 1_000)) < 0.03, `at ${ms} ms`)
})

test('where the first sample lies in time is known: at the first chunk, or ten seconds before the end', async () => {
  const startOf = async (of: Parameters<typeof audio>[0]): Promise<number> => (await audio(of)).startMs - START_MS
  assert.deepEqual(
    [await startOf(chunks(10)), await startOf(chunks(9).slice(3)), await startOf(chunks(14))],
    [0, 3_000, 4_000],
  )
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

test('of one window nothing is left in the next, nor in one that is prepared at the same time', async () => {
  const short = chunks(4, { sampleRateHz: 4_000 }).filter(({ sequence }) => sequence !== 1)
  const alone = await audio(short)
  const copy = { ...alone, samples: alone.samples.slice(), mask: alone.mask.slice() }
  const loud = (seconds: number): PcgChunk[] =>
    chunks(seconds, { sampleRateHz: 8_000, sound: (s) => 0.9 * Math.sin(s * 700) })
  await audio(loud(10))
  assert.deepEqual(alone, copy)
  assert.deepEqual(await audio(short), copy)
  const flac: PcgChunk = { ...chunk(0), encoding: 'flac', samples: await flacOf(chunk(0)) }
  const [mixed, , together] = await Promise.all([audio([flac, ...chunks(8).slice(1)]), audio(loud(30)), audio(short)])
  assert.deepEqual(mixed, await audio(chunks(8)))
  assert.deepEqual(together, copy)
})

test('chunks of any rates, encodings and times are what a plain reading of the rules gives', async () => {
  // Chunks of half a second and more, of one feed: gaps, jitter, overlaps, changes of rate, more than 10 s.
  const bank = await Promise.all(
    [1_000, 2_000, 4_000, 11_025, 44_100].flatMap((sampleRateHz) =>
      [1, 0.5, 0.7].map(async (seconds) => {
        const sampleCount = Math.round(seconds * sampleRateHz)
        const whole = chunk(0, { sampleRateHz, sound: (s) => beats(s) + 0.1 * Math.sin(s * 900) })
        const pcm = { ...whole, sampleCount, samples: whole.samples.subarray(0, sampleCount * 2) }
        return { pcm, seconds, flac: await flacOf(pcm) }
      }),
    ),
  )
  const one = fc.record({
    kind: fc.integer({ min: 0, max: bank.length - 1 }),
    again: fc.boolean(),
    flac: fc.boolean(),
    begins: fc.nat({ max: 3 }),
    gapMs: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -20, max: 20 }) }, fc.integer({ min: -400, max: 900 })),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 6, maxLength: 20 }), async (drawn) => {
      let timeMs = START_MS
      let kind = drawn[0]?.kind ?? 0
      const pcms: PcgChunk[] = []
      const given: PcgChunk[] = []
      for (const [sequence, { again, flac, begins, gapMs, ...next }] of drawn.entries()) {
        if (!again) kind = next.kind
        const from = bank[kind]
        assert.ok(from !== undefined)
        const pcm = { ...from.pcm, sequence, eventTimeMs: timeMs }
        const moved = Buffer.alloc(begins + pcm.samples.length).subarray(begins)
        pcm.samples.copy(moved)
        pcms.push(pcm)
        given.push(flac ? { ...pcm, encoding: 'flac', samples: from.flac } : { ...pcm, samples: moved })
        timeMs += from.seconds * 1_000 + gapMs
      }
      const expected = plainAudio(pcms)
      const { samples, mask, seconds } = await audio(given)
      assert.equal(seconds, expected.mask.filter((value) => value === 1).length / 1_000)
      assert.deepEqual(mask, expected.mask)
      for (const [at, value] of samples.entries())
        assert.ok(Math.abs(value - (expected.samples[at] ?? NaN)) < 1e-6, `at ${at} ms`)
    }),
    cases(60),
  )
})

/** The sound of PCM chunks of one place that are neither silent nor clipped, sample by sample. */
function plainAudio(pcms: readonly PcgChunk[]): Pick<PcgAudio, 'samples' | 'mask'> {
  const runs: { startMs: number; rateHz: number; sound: number[] }[] = []
  for (const { eventTimeMs, sampleRateHz, samples } of pcms.toSorted((a, b) => a.eventTimeMs - b.eventTimeMs)) {
    const run = runs.at(-1)
    const endMs = run === undefined ? NaN : run.startMs + (run.sound.length / run.rateHz) * 1_000
    const sound = Array.from({ length: samples.length / 2 }, (_, index) => samples.readInt16LE(index * 2) / 32_768)
    if (run?.rateHz === sampleRateHz && Math.abs(eventTimeMs - endMs) <= 25) run.sound.push(...sound)
    else runs.push({ startMs: eventTimeMs, rateHz: sampleRateHz, sound })
  }
  const endMs = Math.max(...runs.map(({ startMs, rateHz, sound }) => startMs + (sound.length / rateHz) * 1_000))
  const originMs = Math.max(runs[0]?.startMs ?? NaN, endMs - 10_000)
  const samples = new Float32Array(10_000)
  const mask = new Float32Array(10_000)
  for (const { startMs, rateHz, sound } of runs) {
    const ratio = rationalRatio(rateHz, 1_000)
    assert.ok(ratio !== null)
    for (const [index, value] of referenceResampled(sound, ratio.up, ratio.down).entries()) {
      const at = Math.round(startMs - originMs) + index
      if (at < 0 || at >= 10_000 || mask[at] === 1) continue
      samples[at] = value
      mask[at] = 1
    }
  }
  return { samples, mask }
}

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
