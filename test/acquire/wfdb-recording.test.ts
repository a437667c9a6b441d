import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { NO_SAMPLE } from '../../src/reading.ts'
import { MISSING } from '../../src/acquire/sample-packing.ts'
import { openRecording } from '../../src/acquire/recording.ts'
import { parseWfdbHeader, type WfdbHeader } from '../../src/acquire/wfdb-header.ts'
import { WFDB_FORMATS } from '../../src/acquire/wfdb-samples.ts'
import { WfdbSignalFile } from '../../src/acquire/wfdb-signal-file.ts'
import { SystemClock } from '../../src/clock.ts'
import { allReadings, opened, RECORDINGS, recordingsLike, skip, temporaryFolder } from './recordings.ts'

const clock = new SystemClock()

function headerOf(path: string): WfdbHeader {
  const parsed = parseWfdbHeader(readFileSync(path, 'utf8'))
  if (!parsed.ok) throw new Error(parsed.detail)
  return parsed.header
}

/** Decodes every sample as it lies in the files, without de-skewing, and compares with what the header vouches for. */
async function proveChecksums(folder: string, header: WfdbHeader): Promise<number> {
  let proved = 0
  for (const name of new Set(header.signals.map((signal) => signal.fileName))) {
    if (!existsSync(join(folder, name))) continue
    const signals = header.signals.filter((signal) => signal.fileName === name)
    const unskewed = signals.map((signal) => ({ ...signal, skewFrames: 0 }))
    const file = await WfdbSignalFile.open(join(folder, name), unskewed)
    assert.ok(file !== null, `format ${signals[0]?.format}`)
    const invalid = WFDB_FORMATS.get(signals[0]?.format ?? 0)?.invalid ?? 0
    const samples = await file.take(file.frames)
    await file.close()
    signals.forEach((signal, index) => {
      const raw = [...(samples[index] ?? [])].map((value) => (value === MISSING ? invalid : value))
      const sum = raw.reduce((total, value) => (total + value) & 0xffff, 0)
      assert.equal((sum << 16) >> 16, signal.checksum, `${signal.label}: checksum`)
      assert.equal(raw[0], signal.initialValue, `${signal.label}: first sample`)
      proved++
    })
  }
  return proved
}

test('every sample of the sample records adds up to its header checksum', { skip }, async () => {
  let proved = 0
  for (const path of recordingsLike('vitals/wfdb_samples', /\.hea$/))
    proved += await proveChecksums(join(path, '..'), headerOf(path))
  assert.ok(proved >= 6, `${proved} signals`)
})

function unpackedMimic(): string {
  const folder = temporaryFolder()
  const archive = join(RECORDINGS ?? '', 'vitals/wfdb_samples/mimic3wdb.tar.xz')
  execFileSync('python3', ['-m', 'tarfile', '-e', archive, folder], { stdio: 'ignore' })
  const patients = join(folder, 'mimic3wdb')
  return join(patients, readdirSync(patients).sort()[0] ?? '')
}

test('segments of a multi-segment record add up too, and its readings keep the gaps', { skip }, async () => {
  const folder = unpackedMimic()
  const names = readdirSync(folder).filter((name) => /_\d{4}\.dat$/.test(name))
  for (const name of names) {
    const header = headerOf(join(folder, name.replace('.dat', '.hea')))
    assert.equal(await proveChecksums(folder, header), header.signals.length)
  }
  const master = readdirSync(folder).find(
    (name) => /^s\d+-.*\d\.hea$/.test(name) && (headerOf(join(folder, name)).segments?.length ?? 0) > 3,
  )
  assert.ok(master !== undefined)
  const { segments, framesPerSecond } = headerOf(join(folder, master))
  const gapFrames = (segments ?? []).find((segment, index) => index > 0 && segment.name === '~')?.frames ?? 0
  const recording = await opened(join(folder, master))
  let previousEndMs = 0
  const gaps: number[] = []
  let readings = 0
  for await (const reading of recording.read()) {
    readings++
    assert.ok(reading.offsetMs >= previousEndMs - 1, 'readings go forward')
    if (reading.offsetMs - previousEndMs > 5) gaps.push(reading.offsetMs - previousEndMs)
    previousEndMs = reading.offsetMs + reading.lengthMs
  }
  assert.ok(readings > 1000)
  assert.ok(
    gaps.some((gap) => Math.abs(gap - (gapFrames * 1000) / framesPerSecond) < 5),
    `no gap of ${gapFrames} frames`,
  )
  // The archive lacks some segments: the others are fed, and that is said.
  assert.equal(recording.fault()?.code, 'FILE_UNREADABLE')
})

test(
  'a numerics record gives known codes, one reading a minute, and says what was not measured',
  { skip },
  async () => {
    const folder = unpackedMimic()
    const name = readdirSync(folder).find(
      (each) =>
        /n\.hea$/.test(each) &&
        headerOf(join(folder, each)).segments === null &&
        (headerOf(join(folder, each)).frames ?? 0) > 100,
    )
    assert.ok(name !== undefined)
    const recording = await opened(join(folder, name))
    const readings = await allReadings(recording)
    assert.equal(readings.length, headerOf(join(folder, name)).frames)
    assert.ok(Math.abs((readings[1]?.offsetMs ?? 0) - 60_000) < 2)
    const first = readings[0]
    assert.ok(first?.modality === 'vitals')
    assert.equal(first.waveforms.length, 0)
    const byCode = new Map(first.numerics.map((numeric) => [numeric.code, numeric]))
    for (const code of ['hr', 'pr', 'rr', 'spo2', 'abp_sys', 'abp_dia', 'abp_mean', 'nbp_sys'])
      assert.ok(byCode.has(code), code)
    assert.deepEqual(byCode.get('nbp_sys'), { code: 'nbp_sys', value: null, unit: 'mmHg', validity: 'not_available' })
    assert.equal(byCode.get('hr')?.unit, '/min')
    await proveChecksums(folder, headerOf(join(folder, name)))
  },
)

test('a stretch in int16 gives the physical values of the record, second by second', { skip }, async () => {
  const path = recordingsLike('vitals/wfdb_samples', /\.hea$/).find((each) => headerOf(each).signals.length === 2)
  assert.ok(path !== undefined)
  const header = headerOf(path)
  const readings = await allReadings(await opened(path))
  const first = readings[0]
  const signal = header.signals[0]
  assert.ok(first?.modality === 'vitals' && signal !== undefined)
  const stretch = first.waveforms[0]
  assert.ok(stretch !== undefined)
  assert.equal(stretch.code, 'ecg')
  assert.equal(stretch.unit, 'mV')
  assert.equal(stretch.sampleRateHz, header.framesPerSecond)
  assert.equal(stretch.samples.length / 2, header.framesPerSecond)
  const value = stretch.samples.readInt16LE(0) * stretch.scale + stretch.offset
  assert.ok(Math.abs(value - (signal.initialValue - signal.baseline) / signal.gain) < 1e-9)
  const last = readings.at(-1)
  assert.ok(last !== undefined && last.offsetMs + last.lengthMs === (await opened(path)).durationMs)
  // The second lead has a name of its own.
  assert.notEqual(first.waveforms[1]?.code, 'ecg')
})

test('a signal that comes late in its file is moved back to its time', { skip }, async () => {
  const path = recordingsLike('vitals/wfdb_samples', /\.hea$/).find((each) =>
    headerOf(each).signals.some((signal) => signal.skewFrames > 0),
  )
  assert.ok(path !== undefined)
  const header = headerOf(path)
  const index = header.signals.findIndex((signal) => signal.skewFrames > 0)
  const skew = header.signals[index]?.skewFrames ?? 0
  const folder = join(path, '..')
  const skewed = await WfdbSignalFile.open(join(folder, header.signals[0]?.fileName ?? ''), header.signals)
  const plain = await WfdbSignalFile.open(
    join(folder, header.signals[0]?.fileName ?? ''),
    header.signals.map((signal) => ({ ...signal, skewFrames: 0 })),
  )
  assert.ok(skewed !== null && plain !== null)
  const [deskewed, raw] = [await skewed.take(10), await plain.take(10 + skew)]
  assert.deepEqual(deskewed[index], raw[index]?.slice(skew, skew + 10))
  assert.equal(deskewed[0]?.length, 10 * (header.signals[0]?.samplesPerFrame ?? 0))
  await skewed.close()
  await plain.close()
})

test('the MATLAB variant (16+24) reads: false-alarm records with ECG, pleth and pressure', { skip }, async () => {
  const folder = temporaryFolder()
  const [stem] = recordingsLike('vitals/cinc2015_false_alarm/win60', /\.hea$/)
  execFileSync('python3', [join(RECORDINGS ?? '', 'vitals/dpk.py'), 'wfdb', (stem ?? '').replace('.hea', ''), folder])
  const name = basename(stem ?? '', '.hea')
  const header = headerOf(join(folder, `${name}.hea`))
  assert.equal(header.signals[0]?.byteOffset, 24)
  const readings = await allReadings(await opened(join(folder, `${name}.mat`)))
  assert.equal(readings.length, 60)
  assert.ok(
    readings.every((reading) => reading.modality === 'vitals' && reading.waveforms.some(({ code }) => code === 'ecg')),
  )
})

/** Packs samples as signal(5) lays them out, written apart from the decoder. */
const PACKERS: Record<number, (samples: readonly number[]) => Buffer> = {
  8: (samples) =>
    Buffer.from(Int8Array.from(samples.map((sample, index) => sample - (samples[index - 1] ?? 0))).buffer),
  16: (samples) => Buffer.from(Int16Array.from(samples).buffer),
  24: (samples) =>
    Buffer.concat(samples.map((sample) => Buffer.from([sample & 255, (sample >> 8) & 255, (sample >> 16) & 255]))),
  32: (samples) => Buffer.from(Int32Array.from(samples).buffer),
  61: (samples) => Buffer.concat(samples.map((sample) => Buffer.from([(sample >> 8) & 255, sample & 255]))),
  80: (samples) => Buffer.from(samples.map((sample) => sample + 128)),
  160: (samples) => Buffer.from(Uint16Array.from(samples.map((sample) => sample + 32_768)).buffer),
  212: (samples) => {
    const bytes: number[] = []
    for (let index = 0; index < samples.length; index += 2) {
      const [a, b] = [(samples[index] ?? 0) & 0xfff, (samples[index + 1] ?? 0) & 0xfff]
      bytes.push(a & 255, (a >> 8) | ((b >> 8) << 4))
      if (index + 1 < samples.length) bytes.push(b & 255)
    }
    return Buffer.from(bytes)
  },
  311: (samples) => {
    const words: number[] = []
    for (let index = 0; index < samples.length; index += 3)
      words.push([0, 1, 2].reduce((word, turn) => word + ((samples[index + turn] ?? 0) & 0x3ff) * 2 ** (10 * turn), 0))
    return Buffer.from(Uint32Array.from(words).buffer)
  },
}

for (const [format, packer] of Object.entries(PACKERS)) {
  test(`format ${format} reads what was written, frames of several samples too`, async () => {
    const folder = temporaryFolder()
    // 63 samples, three a frame: the last pair of format 212 is not full.
    const samples = Array.from({ length: 63 }, (_, index) => Math.round(100 * Math.sin(index / 5)))
    writeFileSync(join(folder, 'r.dat'), packer(samples))
    const initial = format === '8' ? 0 : samples[0]
    writeFileSync(join(folder, 'r.hea'), `r 1 7 21\nr.dat ${format}x3 10(0)/mV 12 0 ${initial} 0 0 II\n`)
    const readings = await allReadings(await opened(join(folder, 'r')))
    const read = readings.flatMap((reading) => {
      const stretch = reading.modality === 'vitals' ? reading.waveforms[0] : undefined
      if (stretch === undefined) throw new Error('no stretch')
      assert.equal(stretch.sampleRateHz, 21)
      return Array.from({ length: stretch.samples.length / 2 }, (_, index) => stretch.samples.readInt16LE(index * 2))
    })
    assert.deepEqual(read, samples)
  })
}

test('samples too wide for int16 are brought into it with their value kept', async () => {
  const folder = temporaryFolder()
  const samples = [1_000_000, 1_500_000, -2_147_483_648, 1_250_000]
  writeFileSync(join(folder, 'r.dat'), Buffer.from(Int32Array.from(samples).buffer))
  writeFileSync(join(folder, 'r.hea'), 'r 1 4 4\nr.dat 32 1000/mV 24 0 0 0 0 II\n')
  const [reading] = await allReadings(await opened(join(folder, 'r.hea')))
  assert.ok(reading?.modality === 'vitals')
  const stretch = reading.waveforms[0]
  assert.ok(stretch !== undefined)
  assert.equal(stretch.samples.readInt16LE(4), NO_SAMPLE)
  for (const index of [0, 1, 3]) {
    const value = stretch.samples.readInt16LE(index * 2) * stretch.scale + stretch.offset
    assert.ok(Math.abs(value - (samples[index] ?? 0) / 1000) <= stretch.scale, `${value}`)
  }
})

test('a signal file that ends early is fed as far as it goes and says so', { skip }, async () => {
  const folder = temporaryFolder()
  const path = recordingsLike('vitals/wfdb_samples', /\.hea$/).find((each) => headerOf(each).segments === null)
  assert.ok(path !== undefined)
  for (const name of [basename(path), headerOf(path).signals[0]?.fileName ?? '']) {
    copyFileSync(join(path, '..', name), join(folder, name))
  }
  const data = join(folder, 'cut.dat')
  writeFileSync(data, readFileSync(join(path, '..', headerOf(path).signals[0]?.fileName ?? '')))
  truncateSync(data, 100_000)
  const text = readFileSync(path, 'utf8').replaceAll(headerOf(path).signals[0]?.fileName ?? '', 'cut.dat')
  writeFileSync(join(folder, 'cut.hea'), text)
  const recording = await opened(join(folder, 'cut.hea'))
  const readings = await allReadings(recording)
  assert.ok(readings.length > 5)
  assert.equal(recording.fault()?.code, 'FILE_TRUNCATED')
})

test('a header that points outside its folder, or says nonsense, is refused with a code', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'deep'))
  const cases: [string, string][] = [
    ['r 1 100 10\n../../etc/passwd 16 200 16 0 0 0 0 II\n', 'FILE_FORMAT_UNKNOWN'],
    ['r 1 100 10\n/etc/passwd 16 200 16 0 0 0 0 II\n', 'FILE_FORMAT_UNKNOWN'],
    ['r 2 100 10\nr.dat 16 200 16 0 0 0 0 II\n', 'FILE_FORMAT_UNKNOWN'],
    ['r 1 100 10\nr.dat 9999 200 16 0 0 0 0 II\n', 'FILE_FORMAT_UNKNOWN'],
    ['hello, this is no header\n', 'FILE_FORMAT_UNKNOWN'],
    ['\n', 'FILE_EMPTY'],
    ['r 1 100 10\nmissing.dat 16 200 16 0 0 0 0 II\n', 'FILE_UNREADABLE'],
  ]
  for (const [text, code] of cases) {
    writeFileSync(join(folder, 'deep/r.hea'), text)
    const result = await openRecording(join(folder, 'deep/r.hea'), { clock })
    assert.equal(result.ok ? 'ok' : result.code, code, text)
  }
})

test('two leads of one name keep apart', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'r.dat'), Buffer.from(Int16Array.from([1, 2, 3, 4]).buffer))
  writeFileSync(join(folder, 'r.hea'), 'r 2 100 2\nr.dat 16 200 16 0 0 0 0 II\nr.dat 16 200 16 0 0 0 0 II\n')
  const [reading] = await allReadings(await opened(join(folder, 'r.hea')))
  assert.ok(reading?.modality === 'vitals')
  assert.deepEqual(
    reading.waveforms.map(({ code, samples }) => [code, samples.readInt16LE(0), samples.readInt16LE(2)]),
    [
      ['ecg', 1, 3],
      ['ecg_2', 2, 4],
    ],
  )
})
