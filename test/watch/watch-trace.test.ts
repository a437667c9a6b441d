import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { readingTraceId } from '../../src/trace.ts'
import { WatchTrace } from '../../src/watch/watch-trace.ts'
import { alert, prediction } from '../store/records.ts'
import { readingOf } from '../support/readings.ts'
import { RecordedTracer } from '../support/recorded-tracer.ts'

const reading = readingOf({ patientId: 'p1', eventTimeMs: 1_000 })
const ofLimit = alert('p1', 1, 1_000, { predictionId: null })

describe('the way to the screens in a trace', () => {
  for (const order of ['reading first', 'alert first'] as const)
    it(`puts a limit alert into the trace of the reading behind it, whichever is read first (${order})`, () => {
      const [tracer, clock] = [new RecordedTracer(), new ManualClock(2_000)]
      const trace = new WatchTrace(tracer, clock)
      const steps = [() => trace.reading(reading, 1_900), () => trace.alert(ofLimit, 1_950)]
      for (const step of order === 'reading first' ? steps : steps.reverse()) {
        step()
        clock.advance(10)
      }
      const shown = order === 'reading first' ? { reading: 2_000, alert: 2_010 } : { reading: 2_010, alert: 2_000 }
      assert.deepEqual(
        new Map(tracer.of(readingTraceId(reading)).map(([name, ...times]) => [name, times])),
        new Map([
          ['watch reading', [1_900, shown.reading]],
          ['watch alert', [1_950, shown.alert]],
        ]),
      )
    })

  it('leaves out an alert of another patient, of another time, and of no reading', () => {
    const tracer = new RecordedTracer()
    const trace = new WatchTrace(tracer, new ManualClock(2_000))
    trace.reading(reading, 1_900)
    trace.alert(alert('p2', 1, 1_000, { predictionId: null }), 1_950)
    trace.alert(alert('p1', 1, 1_001, { predictionId: null }), 1_950)
    assert.deepEqual(
      tracer.added.map(({ span }) => span.name),
      ['watch reading'],
    )
  })

  it('puts an alert of the risk into the trace of its window', () => {
    const tracer = new RecordedTracer()
    const trace = new WatchTrace(tracer, new ManualClock(2_000))
    const concluded = prediction('p1', 0)
    trace.prediction(concluded, 1_800)
    trace.alert(alert('p1', 1, 1_000, { predictionId: concluded.id }), 1_950)
    assert.deepEqual(tracer.of(concluded.id), [
      ['watch window', 1_800, 2_000],
      ['watch alert', 1_950, 2_000],
    ])
  })
})
