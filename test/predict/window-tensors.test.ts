import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { STRETCH_SAMPLES } from '../../src/predict/waveform-stretch.ts'
import { prepareWindow, rowFor, type TensorSource, unprepared } from '../../src/predict/window-tensors.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type Validity, type VitalsReading } from '../../src/reading.ts'
import { chunks, context, frame, HEALTHY, START_MS, vitals, windowOf } from './windows.ts'

const PCG = [
  { name: 'sound', source: 'pcg', required: true },
  { name: 'there', source: 'pcg_mask', required: true },
] as const

test('a model gets its inputs under its own names, and says what they came from', async () => {
  const row = rowFor(PCG, await prepareWindow(windowOf({ pcg: chunks(10) })))
  assert.ok(row.ok)
  assert.deepEqual(row.modalities, ['pcg'])
  assert.deepEqual(Object.keys(row.inputs), ['sound', 'there'])
  assert.deepEqual(row.inputs['sound']?.shape, [10_000])
})

test('without a required input, or without any input, there is no row', async () => {
  const silent = await prepareWindow(windowOf())
  assert.deepEqual(rowFor(PCG, silent), { ok: false })
  assert.deepEqual(
    rowFor(
      PCG.map((input) => ({ ...input, required: false })),
      silent,
    ),
    { ok: false },
  )
})

test('what a window lacks and a model goes without is not known, or silence with a mask that says so', async () => {
  const row = await rowOf(['vitals_history', 'person', 'pcg', 'pcg_mask', 'frame', 'frame_mask'], { pcg: chunks(10) })
  assert.deepEqual(row.modalities, ['pcg'])
  assert.ok(row.inputs['vitals_history']?.data.every((value) => Number.isNaN(value)))
  assert.ok(row.inputs['person']?.data.every((value) => Number.isNaN(value)))
  assert.deepEqual(row.inputs['frame_mask']?.data, Float32Array.of(0))
})

test('a history counts while there is a vital sign of now: old data does not look live', async () => {
  const hours = new Float32Array(HISTORY_HOURS * HISTORY_SIGNS).fill(80)
  const live = await rowOf(['vitals_history'], { history: { hours }, vitals: [vitals(HEALTHY)] })
  assert.deepEqual(live.inputs['vitals_history']?.data, hours)
  const prepared = await prepareWindow(windowOf({ history: { hours }, pcg: chunks(10) }))
  assert.deepEqual(rowFor([{ name: 'h', source: 'vitals_history', required: true }], prepared), { ok: false })
})

test('who is in the bed is told and is no stream of its own', async () => {
  const inputs = { context: context({ ageBand: '60-69', sex: 'female' }), vitals: [vitals(HEALTHY)] }
  const row = await rowOf(['person', 'vitals_history'], inputs)
  assert.deepEqual([row.inputs['person']?.data, row.modalities], [Float32Array.of(64.5, 0), ['vitals']])
  const alone = await prepareWindow(windowOf({ context: context() }))
  assert.deepEqual(rowFor([{ name: 'p', source: 'person', required: false }], alone), { ok: false })
})

test('the newest frame is the one that is looked at, and one that cannot be decoded is invalid', async () => {
  const white = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
    .jpeg()
    .toBuffer()
  const video = [
    { ...frame(), jpeg: Buffer.from('no picture') },
    { ...frame(), jpeg: white },
  ]
  const row = await rowOf(['frame', 'frame_mask'], { video })
  assert.deepEqual(row.modalities, ['video'])
  assert.ok(row.inputs['frame']?.data.every((value) => value === 255))
  assert.deepEqual(row.inputs['frame_mask']?.data, Float32Array.of(1))
  const broken = await prepareWindow(windowOf({ video: video.slice(0, 1) }), new Set<TensorSource>(['frame']))
  assert.deepEqual(unprepared(broken), [
    { input: 'pcg', reason: 'never_seen' },
    { input: 'video', reason: 'invalid' },
  ])
})

test('a waveform lies in its place up to the end of the window; what is not to be trusted is none', async () => {
  const inputs = { vitals: Array.from({ length: 10 }, (_, second) => second).map((second) => withEcg(second, 'valid')) }
  const row = await rowOf(['waveforms', 'waveforms_mask'], inputs)
  const mask = row.inputs['waveforms_mask']?.data ?? []
  assert.deepEqual(row.modalities, ['vitals'])
  const first = STRETCH_SAMPLES - 10 * 125
  assert.deepEqual([mask[first - 1], mask[first], mask[STRETCH_SAMPLES - 1], mask[STRETCH_SAMPLES]], [0, 1, 1, 0])
  assert.ok(Math.abs((row.inputs['waveforms']?.data[STRETCH_SAMPLES - 600] ?? NaN) - 1.5) < 1e-3)
  const off = { vitals: [withEcg(0, 'invalid')] }
  const prepared = await prepareWindow(windowOf(off), new Set<TensorSource>(['waveforms']))
  assert.equal(prepared.waveforms, null)
})

async function rowOf(sources: readonly TensorSource[], given: Parameters<typeof windowOf>[0]) {
  const prepared = await prepareWindow(windowOf(given), new Set(sources))
  const row = rowFor(
    sources.map((source) => ({ name: source, source, required: false })),
    prepared,
  )
  assert.ok(row.ok)
  return row
}

/** A second of a steady 1.5 mV. */
function withEcg(second: number, validity: Validity): VitalsReading {
  const samples = Buffer.alloc(500)
  for (let index = 0; index < 250; index++) samples.writeInt16LE(150, 2 * index)
  const stretch = {
    code: 'ecg',
    unit: 'mV',
    startTimeMs: START_MS + 1_000 * second,
    sampleRateHz: 250,
    scale: 0.01,
    offset: 0,
  }
  return { ...vitals([], second), waveforms: [{ ...stretch, validity, samples }] }
}
