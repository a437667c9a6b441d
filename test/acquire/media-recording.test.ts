import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { jpegSize } from '../../src/acquire/jpeg-frames.ts'
import { openRecording } from '../../src/acquire/recording.ts'
import { SystemClock } from '../../src/clock.ts'
import { allReadings, opened, recordingsLike, skip, temporaryFolder, wavFile } from './recordings.ts'

const clock = new SystemClock()
const sine = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.round(9000 * Math.sin(index / 9)) + 0)

function written(bytes: Buffer | string, name: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, bytes)
  return path
}

/** STREAMINFO of a FLAC file: sample rate and number of samples, by the format's own description. */
function flacLength(path: string): { rateHz: number; samples: number } {
  const bytes = readFileSync(path)
  const packed = bytes.readBigUInt64BE(18)
  return { rateHz: Number(packed >> 44n), samples: Number(packed & 0xf_ffff_ffffn) }
}

test('every sample of a real heart sound arrives, at its own rate, in chunks of a second', { skip }, async () => {
  const [path] = recordingsLike('heart-sound/circor', /\.flac$/)
  assert.ok(path !== undefined)
  const { rateHz, samples } = flacLength(path)
  const recording = await opened(path, { modality: 'pcg', site: 'mitral' })
  const readings = await allReadings(recording)
  let count = 0
  for (const [index, reading] of readings.entries()) {
    assert.ok(reading.modality === 'pcg')
    assert.equal(reading.sampleRateHz, rateHz)
    assert.equal(reading.site, 'mitral')
    assert.equal(reading.offsetMs, index * 1000)
    assert.equal(reading.samples.length, reading.sampleCount * 2)
    assert.ok(reading.lengthMs >= 500 && reading.lengthMs <= 1500)
    count += reading.sampleCount
  }
  assert.equal(count, samples)
  assert.equal(recording.fault(), null)
})

test('a WAV file of 16 bit comes out bit for bit; a faster one is brought down to 4 kHz', async () => {
  const samples = sine(5200)
  const readings = await allReadings(await opened(written(wavFile(samples, 2000), 'a.wav')))
  const read = readings.flatMap((reading) =>
    reading.modality === 'pcg' ? [...new Int16Array(new Uint8Array(reading.samples).buffer)] : [],
  )
  assert.deepEqual(read, samples)
  assert.deepEqual(
    readings.map(({ lengthMs }) => lengthMs),
    [1000, 1000, 600],
  )
  const [fast] = await allReadings(await opened(written(wavFile(sine(16_000), 8000), 'b.wav')))
  assert.ok(fast?.modality === 'pcg' && fast.sampleRateHz === 4000 && fast.sampleCount === 4000)
})

test('a truncated WAV file is fed as far as it goes and says so at once', async () => {
  const recording = await opened(written(wavFile(sine(2500), 1000, 20_000), 'cut.wav'))
  assert.equal(recording.fault()?.code, 'FILE_TRUNCATED')
  assert.equal((await allReadings(recording)).length, 3)
  assert.equal(recording.fault()?.code, 'FILE_TRUNCATED')
})

test('a truncated FLAC file is fed as far as it goes and says so at its end', { skip }, async () => {
  const [source] = recordingsLike('heart-sound/circor', /\.flac$/)
  const path = written(readFileSync(source ?? ''), 'cut.flac')
  truncateSync(path, 9000)
  const recording = await opened(path)
  assert.ok((await allReadings(recording)).length >= 2)
  assert.equal(recording.fault()?.code, 'FILE_TRUNCATED')
})

for (const [folder, pattern] of [
  ['video/clips/desmoke_lap', /\.avi$/],
  ['video/clips/itkpocus', /\.mp4$/],
  ['video/clips/raw_containers', /\.mpe?g$/],
] as const) {
  test(`a real clip (${pattern.source}) gives a JPEG frame a second, its long side at most 640`, { skip }, async () => {
    const [path] = recordingsLike(folder, pattern)
    assert.ok(path !== undefined)
    const recording = await opened(path, { modality: 'video' })
    const readings = await allReadings(recording)
    assert.ok(Math.abs(readings.length - (recording.durationMs ?? 0) / 1000) <= 1, `${readings.length} frames`)
    readings.forEach((reading, index) => {
      assert.ok(reading.modality === 'video')
      assert.equal(reading.offsetMs, index * 1000)
      assert.ok(Math.max(reading.widthPx, reading.heightPx) <= 640 && Math.min(reading.widthPx, reading.heightPx) > 0)
      assert.deepEqual(jpegSize(reading.jpeg), { widthPx: reading.widthPx, heightPx: reading.heightPx })
      assert.deepEqual(
        [reading.jpeg.readUInt16BE(0), reading.jpeg.readUInt16BE(reading.jpeg.length - 2)],
        [0xffd8, 0xffd9],
      )
    })
    assert.equal(recording.fault(), null)
  })
}

test('a clip that was cut gives the frames it has and says so', { skip }, async () => {
  const [source] = recordingsLike('video/clips/desmoke_lap', /\.avi$/)
  const path = written(readFileSync(source ?? ''), 'cut.avi')
  truncateSync(path, 100_000)
  const recording = await opened(path, { modality: 'video' })
  const frames = (await allReadings(recording)).length
  assert.ok(frames > 0 && frames < 20)
  assert.equal(recording.fault()?.code, 'FILE_TRUNCATED')
})

test('an MP4 whose index was cut away is truncated, not unknown', { skip }, async () => {
  const source = recordingsLike('video/clips/itkpocus', /\.mp4$/).find((path) => {
    const bytes = readFileSync(path)
    return bytes.indexOf('moov') > bytes.length / 2
  })
  assert.ok(source !== undefined)
  const path = written(readFileSync(source), 'cut.mp4')
  truncateSync(path, 20_000)
  const result = await openRecording(path, { clock, modality: 'video' })
  assert.equal(result.ok ? 'ok' : result.code, 'FILE_TRUNCATED')
})

test('what is no recording is refused with a code: no bytes, garbage, a playlist, a missing file, a folder', async () => {
  const garbage = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919 + (index >> 3)) & 255))
  const cases: [string, string][] = [
    [written('', 'a.mp4'), 'FILE_EMPTY'],
    [written('', 'a.wav'), 'FILE_EMPTY'],
    [written(garbage, 'a.bin'), 'FILE_FORMAT_UNKNOWN'],
    [written(garbage, 'a.mp4'), 'FILE_FORMAT_UNKNOWN'],
    [written('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n', 'a.m3u8'), 'FILE_FORMAT_UNKNOWN'],
    [written('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n', 'a.avi'), 'FILE_FORMAT_UNKNOWN'],
    [written(Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), garbage]), 'b.wav'), 'FILE_FORMAT_UNKNOWN'],
    [written(wavFile([], 1000), 'c.wav'), 'FILE_EMPTY'],
    [join(temporaryFolder(), 'none.mp4'), 'FILE_UNREADABLE'],
    [temporaryFolder(), 'FILE_UNREADABLE'],
  ]
  for (const [path, code] of cases) {
    const result = await openRecording(path, { clock })
    assert.equal(result.ok ? 'ok' : result.code, code, path)
  }
})

test('a file is not fed to a stream it cannot give', async () => {
  const wav = written(wavFile(sine(1000), 1000), 'a.wav')
  for (const modality of ['video', 'vitals'] as const) {
    const result = await openRecording(wav, { clock, modality })
    assert.equal(result.ok ? 'ok' : result.code, 'FILE_FORMAT_UNKNOWN')
  }
})

test('leaving a film in the middle ends its ffmpeg', { skip }, async () => {
  const [path] = recordingsLike('video/clips/desmoke_lap', /\.avi$/)
  const recording = await opened(path ?? '', { modality: 'video', framesPerSecond: 2 })
  for await (const reading of recording.read()) {
    assert.equal(reading.modality, 'video')
    break
  }
  await new SystemClock().sleep(100)
  const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'comm='], { encoding: 'utf8' })
  assert.ok(!children.includes('ffmpeg'), children)
})
