import { createHash } from 'node:crypto'
import type { Config } from './config.ts'
import type { Metrics } from './metrics.ts'
import type { Modality } from './reading.ts'
import type { Logger } from 'pino'

/**
 * The spans of a reading's trace and of a window's, each with the span it hangs below. Ids of traces and spans are made from
 * what they are about, so every stage, in whatever process, adds its spans to the same trace and none is told of it: records
 * carry no headers. A second reading of the log gives the same ids again.
 */
export const SPAN_PARENTS = {
  reading: {
    'acquire reading': null,
    'acquire spool': 'acquire reading',
    'acquire append': 'acquire reading',
    'join place': 'acquire append',
    'join window': 'join place',
    'predict window': 'join window',
    'predict queue': 'predict window',
    'predict batch': 'predict window',
    'join append': 'join window',
    'raise evaluate': 'acquire append',
    'raise append': 'raise evaluate',
    'store commit': 'acquire append',
    'watch reading': 'acquire append',
    'watch alert': 'raise append',
  },
  window: {
    'join window': null,
    'predict window': 'join window',
    'predict queue': 'predict window',
    'predict batch': 'predict window',
    'join append': 'join window',
    'raise evaluate': 'join append',
    'raise append': 'raise evaluate',
    'store commit': 'join append',
    'watch window': 'join append',
    'watch alert': 'raise append',
  },
} as const
export type TraceKind = keyof typeof SPAN_PARENTS
export type SpanName = { [K in TraceKind]: keyof (typeof SPAN_PARENTS)[K] }[TraceKind]

/** What makes a reading one reading of its feed. */
export interface TracedReading {
  modality: Modality
  record: { feedId: string; sequence: number; eventTimeMs: number }
}

/** The trace of one reading or of one window. */
export interface Trace {
  kind: TraceKind
  /** 32 hexadecimal digits */
  id: string
}

/** What a stage did with it; times are milliseconds since the epoch. Attributes never hold patient data. */
export interface StageSpan {
  name: SpanName
  startMs: number
  endMs: number
  attributes?: Readonly<Record<string, string | number | boolean>>
  links?: readonly Trace[]
}

export interface Tracer {
  /** False: nothing is traced, and nobody needs to prepare anything. */
  readonly on: boolean
  /** The trace of a reading; null when it is not among the sampled ones. */
  ofReading(reading: TracedReading): Trace | null
  /** The trace of a window, by the id of its prediction. */
  ofWindow(predictionId: string): Trace | null
  add(trace: Trace, span: StageSpan): void
  /** Sends what is still here. Idempotent. */
  close(): Promise<void>
}

/** What is used unless somebody asks for traces. */
export const NO_TRACER: Tracer = {
  on: false,
  ofReading: () => null,
  ofWindow: () => null,
  add: () => undefined,
  close: () => Promise.resolve(),
}

/** OpenTelemetry is loaded only by those who want traces. */
export async function openTracer(
  config: Pick<Config, 'traceSample' | 'traceEndpoint'>,
  version: string,
  metrics: Metrics,
  logger: Logger,
): Promise<Tracer> {
  if (config.traceSample === 0) return NO_TRACER
  const { OtlpTracer } = await import('./trace-export.ts')
  return new OtlpTracer({
    ...{ sample: config.traceSample, endpoint: config.traceEndpoint, version, logger },
    onLost: (spans) => metrics.lostSpans.inc(spans),
  })
}

/** By what makes a reading one reading of its feed; who the patient is does not go in. */
export function readingTraceId({ modality, record: { feedId, sequence, eventTimeMs } }: TracedReading): string {
  return digest(`${modality}|${feedId}|${sequence}|${eventTimeMs}`).slice(0, 32)
}

/** The same for every process that adds this span to this trace. */
export function spanIdOf({ id }: Trace, name: SpanName): string {
  return digest(`${id}|${name}`).slice(0, 16)
}

/** Whether a trace is among the sampled share: decided by its id, so all stages decide alike. */
export function isSampled(traceId: string, share: number): boolean {
  return parseInt(traceId.slice(0, 8), 16) < share * 2 ** 32
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
