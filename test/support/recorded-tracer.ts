import { readingTraceId, type StageSpan, type Trace, type Tracer } from '../../src/trace.ts'

/** Traces everything, and keeps it. */
export class RecordedTracer implements Tracer {
  readonly on = true
  readonly added: { trace: Trace; span: StageSpan }[] = []

  ofReading: Tracer['ofReading'] = (reading) => ({ kind: 'reading', id: readingTraceId(reading) })
  ofWindow: Tracer['ofWindow'] = (id) => ({ kind: 'window', id })

  add(trace: Trace, span: StageSpan): void {
    this.added.push({ trace, span })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** Name, start and end of the spans of a trace, in the order in which they were added. */
  of(id: string): [string, number, number][] {
    return this.added
      .filter(({ trace }) => trace.id === id)
      .map(({ span: { name, startMs, endMs } }) => [name, startMs, endMs])
  }
}
