import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SkimmedVitals } from '../../src/ingest/skimmed-vitals.ts'
import { ByteArena } from '../../src/join/byte-arena.ts'
import { SignalTable } from '../../src/join/signal-table.ts'
import type { VitalsReading } from '../../src/reading.ts'
import { VALIDITY_VALUES } from '../../src/records.ts'
import { readingOf } from '../support/readings.ts'

function vitals(second: number, values: Readonly<Record<string, number | null>>, samples: readonly number[] = []) {
  const numerics = Object.entries(values).map(([code, value]) => {
    return { code, value, unit: '', validity: value === null ? ('not_available' as const) : ('valid' as const) }
  })
  const bytes = Buffer.from(Int16Array.from(samples).buffer)
  const stretch = { code: 'ecg', startTimeMs: second * 1_000, sampleRateHz: 250, scale: 0.5, offset: 1, unit: 'mV' }
  const waveforms = samples.length === 0 ? [] : [{ ...stretch, validity: 'valid' as const, samples: bytes }]
  const reading = readingOf({ eventTimeMs: second * 1_000, numerics, waveforms })
  return reading.record as VitalsReading
}

/** The readings in a table, gathered in this order of theirs. */
function gathered(readings: readonly VitalsReading[], order: readonly number[], expected = 1) {
  const table = new SignalTable(new ByteArena(), expected)
  const said = new SkimmedVitals()
  for (const [number, reading] of readings.entries()) {
    said.fill(reading)
    assert.equal(table.add(said), number)
  }
  const timesMs = order.map((number) => readings[number]?.eventTimeMs ?? NaN)
  return table.gathered(order, timesMs)
}

const listed = (column: ArrayLike<number> = []): number[] => Array.from(column)

describe('the signals of a window', () => {
  it('are gathered by code in the order that is asked for, what is left out left out', () => {
    const readings = [
      vitals(2, { hr: 82, spo2: null }, [5, -6]),
      vitals(1, { spo2: 97, hr: 81 }),
      vitals(3, { hr: 83 }, [7]),
      vitals(0, { hr: 80, temp: 37.5 }, [-32_768, 32_767, 0]),
    ]
    const { numerics, waveforms } = gathered(readings, [3, 1, 0])
    assert.deepEqual([...numerics.keys()], ['hr', 'temp', 'spo2'])
    assert.deepEqual(listed(numerics.get('hr')?.values), [80, 81, 82])
    assert.deepEqual(listed(numerics.get('hr')?.timesMs), [0, 1_000, 2_000])
    assert.deepEqual(listed(numerics.get('spo2')?.values), [97, NaN])
    assert.deepEqual(
      listed(numerics.get('spo2')?.validities).map((number) => VALIDITY_VALUES[number]),
      ['valid', 'not_available'],
    )
    const ecg = waveforms.get('ecg') ?? assert.fail('no ecg')
    const { startTimesMs, sampleRatesHz, scales, offsets, firstSamples, lengths, samples } = ecg
    assert.deepEqual([startTimesMs, sampleRatesHz, scales, offsets].map(listed), [
      [0, 2_000],
      [250, 250],
      [0.5, 0.5],
      [1, 1],
    ])
    const stretches = listed(firstSamples).map((first, stretch) =>
      listed(samples.subarray(first, first + (lengths[stretch] ?? 0))),
    )
    assert.deepEqual(stretches, [
      [-32_768, 32_767, 0],
      [5, -6],
    ])
  })

  it('take no room for many large readings because the first is one', () => {
    const large = vitals(0, { hr: 80 }, new Array<number>(500_000).fill(1))
    const table = new SignalTable(new ByteArena(), 1_000_000)
    const said = new SkimmedVitals()
    said.fill(large)
    table.add(said)
    assert.ok(table.bytes < 3_000_000, `${table.bytes} bytes`)
  })

  it('are the same however much room was expected', () => {
    const readings = Array.from({ length: 40 }, (_, second) => {
      const samples = Array.from({ length: second % 7 }, (__, index) => second * 10 + index)
      return vitals(second, { hr: second, [`code-${second % 5}`]: -second }, samples)
    })
    const order = readings.map((_, index) => (index * 7) % 40)
    const told = [1, 40, 1_000_000].map((expected) => {
      const { numerics, waveforms } = gathered(readings, order, expected)
      const ecg = waveforms.get('ecg')
      const samples = listed(ecg?.firstSamples).map((first, stretch) =>
        listed(ecg?.samples.subarray(first, first + (ecg.lengths[stretch] ?? 0))),
      )
      return JSON.stringify([[...numerics], listed(ecg?.startTimesMs), samples])
    })
    assert.deepEqual(new Set(told).size, 1)
    assert.match(told[0] ?? '', /code-4/)
  })
})
