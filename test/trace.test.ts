import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { readConfig } from '../src/config.ts'
import { Metrics } from '../src/metrics.ts'
import type { Reading } from '../src/reading.ts'
import { isSampled, NO_TRACER, openTracer, readingTraceId, SPAN_PARENTS, spanIdOf } from '../src/trace.ts'
import { readingOf } from './support/readings.ts'

const silent = pino({ level: 'silent' })
const reading = readingOf({ patientId: 'p1', feedId: 'monitor', sequence: 7, eventTimeMs: 1_000 })

describe('a trace', () => {
  it('has one id for a reading, whatever was done to its patient and its values on the way', () => {
    const id = readingTraceId(reading)
    assert.match(id, /^[0-9a-f]{32}$/)
    const { record } = reading
    const again: Reading = { modality: 'vitals', record: { ...record, patientId: 'p2', heartbeat: true } as never }
    assert.equal(readingTraceId(again), id)
  })

  it('has another id for another reading of the feed, and for another feed', () => {
    const others = [
      { feedId: 'monitor', sequence: 8, eventTimeMs: 1_000 },
      { feedId: 'monitor', sequence: 7, eventTimeMs: 2_000 },
      { feedId: 'other', sequence: 7, eventTimeMs: 1_000 },
      { feedId: 'monitor', sequence: 7, eventTimeMs: 1_000, modality: 'pcg' as const },
    ]
    const ids = [reading, ...others.map(readingOf)].map(readingTraceId)
    assert.equal(new Set(ids).size, ids.length)
  })

  it('is sampled by its id: the same ones everywhere, about the share that was asked for, and more for a larger share', () => {
    const ids = Array.from({ length: 4_000 }, (_, sequence) => readingTraceId(readingOf({ sequence, eventTimeMs: 1 })))
    const share = (wanted: number): string[] => ids.filter((id) => isSampled(id, wanted))
    assert.equal(share(0).length, 0)
    assert.equal(share(1).length, ids.length)
    assert.ok(Math.abs(share(0.1).length - 400) < 100, String(share(0.1).length))
    assert.ok(share(0.1).every((id) => isSampled(id, 0.2)))
  })

  it('has spans that all hang below a root that has none above it', () => {
    for (const kind of ['reading', 'window'] as const) {
      const parents: Record<string, string | null> = SPAN_PARENTS[kind]
      assert.equal(Object.values(parents).filter((parent) => parent === null).length, 1)
      for (const name of Object.keys(parents)) {
        let [at, steps] = [name as string | null, 0]
        for (; at !== null && steps < 20; steps++) at = parents[at] ?? null
        assert.ok(at === null && steps < 20, `${kind}: ${name} comes to the root`)
      }
      const ids = Object.keys(parents).map((name) => spanIdOf({ kind, id: 'a'.repeat(32) }, name as 'join window'))
      assert.equal(new Set(ids).size, ids.length)
    }
  })

  it('costs nothing where nobody asked for it', async () => {
    const off = await openTracer({ traceSample: 0, traceEndpoint: 'http://127.0.0.1:9' }, '0', new Metrics(), silent)
    assert.equal(off, NO_TRACER)
    assert.equal(off.on, false)
    assert.equal(off.ofReading(reading), null)
    assert.ok(!isLoaded('sdk-trace'), 'OpenTelemetry is not even loaded')
    const on = await openTracer({ traceSample: 1, traceEndpoint: 'http://127.0.0.1:9' }, '0', new Metrics(), silent)
    assert.ok(isLoaded('sdk-trace') && on.ofReading(reading) !== null, 'it is where somebody did')
    await on.close()
  })

  it('is asked for as a share, from the command line', () => {
    const of = (share: string) => readConfig(['--trace-sample', share], {})
    const half = of('0.5')
    assert.ok(half.ok && half.config.traceSample === 0.5)
    for (const wrong of ['1.5', '-0.1', 'half', ''])
      assert.deepEqual(of(wrong), { ok: false, problems: ['--trace-sample is a number from 0 to 1'] })
  })
})

function isLoaded(part: string): boolean {
  return Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes(`@opentelemetry/${part}`))
}
