import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { NO_SAMPLE } from '../../src/reading.ts'
import { openRecording } from '../../src/acquire/recording.ts'
import { SystemClock } from '../../src/clock.ts'
import { allReadings, opened, RECORDINGS, recordingsLike, skip, temporaryFolder } from './recordings.ts'

const clock = new SystemClock()

function written(text: string, name = 'table.csv'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

test('numerics of a real recording come as they stand in the table, once a second', { skip }, async () => {
  const [path] = recordingsLike('vitals/bidmc/csv', /_Numerics\.csv$/)
  assert.ok(path !== undefined)
  const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const recording = await opened(path)
  const readings = await allReadings(recording)
  assert.equal(readings.length, rows.length - 1)
  assert.equal(recording.durationMs, (rows.length - 1) * 1000)
  readings.forEach((reading, index) => {
    assert.ok(reading.modality === 'vitals')
    const [time, ...cells] = (rows[index + 1] ?? '').split(',').map((cell) => cell.trim())
    assert.equal(reading.offsetMs, Number(time) * 1000)
    assert.deepEqual(
      reading.numerics.map(({ code }) => code),
      ['hr', 'pr', 'rr', 'spo2'],
    )
    reading.numerics.forEach((numeric, column) => {
      const value = Number(cells[column])
      if (cells[column] === '' || Number.isNaN(value)) {
        assert.deepEqual([numeric.value, numeric.validity], [null, 'not_available'])
      } else assert.equal(numeric.value, value)
    })
  })
})

test('waveforms of a real recording keep their values, rate and time over eight minutes', { skip }, async () => {
  const [stem] = recordingsLike('vitals/bidmc/signals', /\.json$/)
  const path = join(temporaryFolder(), 'signals.csv')
  execFileSync('python3', [join(RECORDINGS ?? '', 'vitals/dpk.py'), 'bidmc', (stem ?? '').replace('.json', ''), path])
  const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = (rows[0] ?? '').split(',').map((name) => name.trim())
  const column = names.indexOf('II')
  const truth = rows.slice(1).map((row) => Number(row.split(',')[column]))
  const readings = await allReadings(await opened(path))
  const samples: number[] = []
  for (const [index, reading] of readings.entries()) {
    assert.ok(reading.modality === 'vitals')
    const ecg = reading.waveforms.find(({ code }) => code === 'ecg')
    assert.ok(ecg !== undefined)
    assert.equal(ecg.sampleRateHz, 125)
    assert.equal(ecg.startOffsetMs, index * 1000)
    for (let at = 0; at < ecg.samples.length; at += 2)
      samples.push(ecg.samples.readInt16LE(at) * ecg.scale + ecg.offset)
  }
  assert.equal(samples.length, truth.length)
  truth.forEach((value, index) => assert.ok(Math.abs((samples[index] ?? NaN) - value) < 1e-3, `sample ${index}`))
  const codes = readings[0]?.modality === 'vitals' ? readings[0].waveforms.map(({ code }) => code) : []
  assert.deepEqual(codes.toSorted(), ['ecg', 'ecg_avr', 'ecg_v', 'pleth', 'resp'])
})

test('a cell that is empty, NaN or no number is not available, one that no sensor can report is invalid', async () => {
  const path = written('Time [s],HR,SpO2 [%],Glucose\n0,80,NaN,\n1,,101,5.5\n2,inf,97,-\n')
  const numerics = (await allReadings(await opened(path))).map((reading) =>
    reading.modality === 'vitals' ? reading.numerics.map(({ code, value, validity }) => [code, value, validity]) : [],
  )
  assert.deepEqual(numerics, [
    [
      ['hr', 80, 'valid'],
      ['spo2', null, 'not_available'],
      ['glucose', null, 'not_available'],
    ],
    [
      ['hr', null, 'not_available'],
      ['spo2', 101, 'invalid'],
      ['glucose', 5.5, 'valid'],
    ],
    [
      ['hr', null, 'not_available'],
      ['spo2', 97, 'valid'],
      ['glucose', null, 'not_available'],
    ],
  ])
})

test('a pressure in another unit is kept in its unit and never taken for mmHg', async () => {
  const [reading] = await allReadings(await opened(written('Time [s],ABPSys [kPa]\n0,16\n1,16\n')))
  assert.ok(reading?.modality === 'vitals')
  assert.deepEqual(reading.numerics, [{ code: 'abp_sys', value: 16, unit: 'kPa', validity: 'questionable' }])
})

test('times may be ISO 8601 or milliseconds; a time without a unit is refused rather than guessed', async () => {
  const iso = await allReadings(
    await opened(written('timestamp;HR\n2026-01-01T10:00:00Z;80\n2026-01-01T10:00:05Z;81\n')),
  )
  assert.deepEqual(
    iso.map(({ offsetMs }) => offsetMs),
    [0, 5000],
  )
  const ms = await allReadings(await opened(written('time_ms\tHR\n100\t80\n1100\t81\n', 'table.tsv')))
  assert.deepEqual(
    ms.map(({ offsetMs }) => offsetMs),
    [0, 1000],
  )
  const refused = await openRecording(written('time,HR\n0,80\n1,81\n'), { clock })
  assert.ok(!refused.ok && refused.code === 'FILE_FORMAT_UNKNOWN' && refused.detail.includes('unit'))
})

test('a gap in the time column starts the grid again, and missing samples stay holes', async () => {
  const row = (index: number, shift: number): string =>
    `${(index / 100 + shift).toFixed(2)},${index % 7 === 0 ? 'NaN' : index}`
  const rows = [...Array(150).keys()].map((index) => row(index, index < 120 ? 0 : 10))
  const readings = await allReadings(await opened(written(`Time [s],II\n${rows.join('\n')}\n`)))
  assert.deepEqual(
    readings.map(({ offsetMs, lengthMs }) => [offsetMs, lengthMs]),
    [
      [0, 1000],
      [1000, 200],
      [11_200, 300],
    ],
  )
  const first = readings[0]
  assert.ok(first?.modality === 'vitals')
  assert.equal(first.waveforms[0]?.samples.readInt16LE(0), NO_SAMPLE)
  assert.notEqual(first.waveforms[0]?.samples.readInt16LE(2), NO_SAMPLE)
})

test('a table that was cut in a row is fed up to there and says so', async () => {
  const path = written('Time [s],HR,SpO2\n0,80,97\n1,81,97\n2,82,97\n')
  truncateSync(path, 'Time [s],HR,SpO2\n0,80,97\n1,81,97\n2,8'.length)
  const recording = await opened(path)
  assert.ok((await allReadings(recording)).length >= 2)
  assert.equal(recording.fault()?.code, 'FILE_TRUNCATED')
})

test('an empty table and one without a time column have their codes', async () => {
  for (const [text, code] of [
    ['', 'FILE_EMPTY'],
    ['Time [s],HR\n', 'FILE_EMPTY'],
    ['breaths ann1 [signal sample no], breaths ann2 [signal sample no]\n189,187\n', 'FILE_FORMAT_UNKNOWN'],
    ['no table at all\nreally\n', 'FILE_FORMAT_UNKNOWN'],
  ] as const) {
    const result = await openRecording(written(text), { clock })
    assert.equal(result.ok ? 'ok' : result.code, code, text)
  }
})
