import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { SpoolingPublisher } from '../../src/acquire/publisher.ts'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { ENCODE, outbound, readingOf as readingIn } from '../../src/ingest/outbound.ts'
import { readingTraceId } from '../../src/trace.ts'
import { context } from '../store/records.ts'
import { readingOf } from '../support/readings.ts'
import { RecordedTracer } from '../support/recorded-tracer.ts'
import { temporaryFolder } from './recordings.ts'

const EVENT_MS = 1_000

function publisherOver(tracer: RecordedTracer) {
  const clock = new ManualClock(5_000)
  const log = { away: false, takesMs: 7 }
  const append = (): Promise<void> => {
    clock.advance(log.takesMs)
    return log.away ? Promise.reject(new VigilError('LOG_UNAVAILABLE')) : Promise.resolve()
  }
  const publisher = new SpoolingPublisher({
    refused: (record) => record,
    ...{ append, clock, folder: temporaryFolder(), logger: pino({ level: 'silent' }), retryMs: 1_000 },
    tracing: { tracer, readingOf: readingIn },
  })
  return { clock, log, publisher }
}

describe('the trace of a reading at acquire', () => {
  for (const modality of ['vitals', 'pcg', 'video'] as const)
    it(`begins at the bedside and goes on with its append (${modality})`, async () => {
      const tracer = new RecordedTracer()
      const { publisher } = publisherOver(tracer)
      const reading = readingOf({ modality, eventTimeMs: EVENT_MS })
      await publisher.publish([outbound('patient-context', context('p1', EVENT_MS)), ENCODE.reading(reading)])
      assert.deepEqual(tracer.of(readingTraceId(reading)), [
        ['acquire reading', EVENT_MS, 5_007],
        ['acquire append', 5_000, 5_007],
      ])
      assert.equal(tracer.added.length, 2, 'who is in the bed is no reading')
      await publisher.close()
    })

  it('has the wait on disk in it, and the append when the log is back', async () => {
    const tracer = new RecordedTracer()
    const { clock, log, publisher } = publisherOver(tracer)
    const reading = readingOf({ eventTimeMs: EVENT_MS })
    log.away = true
    await publisher.publish([ENCODE.reading(reading)])
    log.away = false
    const disk = new SystemClock()
    for (let tries = 0; tries < 1_000 && publisher.state().away; tries++) {
      clock.advance(1_000)
      await disk.sleep(1)
    }
    const spans = tracer.of(readingTraceId(reading))
    assert.deepEqual(
      spans.map(([name]) => name),
      ['acquire reading', 'acquire spool', 'acquire append'],
    )
    const [, spool, append] = spans
    assert.ok(spool !== undefined && append !== undefined)
    assert.equal(spool[1], 5_000)
    assert.ok(append[1] >= 6_000, 'it was tried again after the pause')
    assert.equal(append[2] - append[1], log.takesMs)
    await publisher.close()
  })
})
