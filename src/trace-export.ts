import {
  type Context,
  diag,
  DiagLogLevel,
  type HrTime,
  ROOT_CONTEXT,
  trace as api,
  TraceFlags,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node'
import type { Logger } from 'pino'
import {
  isSampled,
  readingTraceId,
  SPAN_PARENTS,
  spanIdOf,
  type StageSpan,
  type Trace,
  type Tracer,
  type TracedReading,
} from './trace.ts'

/** What waits to be sent; beyond it spans are lost, and said to be. */
const MOST_WAITING = 16_384
const SEND_EVERY_MS = 1_000
const SEND_TIMEOUT_MS = 5_000

interface OtlpTracerOptions {
  /** Share of readings and windows that are traced, above 0 and up to 1. */
  sample: number
  /** Where OTLP over HTTP is taken, such as http://127.0.0.1:4318/v1/traces. */
  endpoint: string
  version: string
  logger: Logger
  onLost: (spans: number) => void
}

/** Sends spans with OpenTelemetry's exporter. Spans are made when they are over, from the times the stages noted. */
export class OtlpTracer implements Tracer {
  readonly on = true
  readonly #sample: number
  readonly #provider: NodeTracerProvider
  /** The SDK asks for ids while a span is started, which is synchronous. */
  readonly #next = { traceId: '', spanId: '' }

  constructor({ sample, endpoint, version, logger, onLost }: OtlpTracerOptions) {
    this.#sample = sample
    diag.setLogger(diagnostics(logger, onLost), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
    const exporter = new OTLPTraceExporter({ url: endpoint, timeoutMillis: SEND_TIMEOUT_MS })
    const processor = new BatchSpanProcessor(counted(exporter, logger, onLost), {
      maxQueueSize: MOST_WAITING,
      scheduledDelayMillis: SEND_EVERY_MS,
      exportTimeoutMillis: SEND_TIMEOUT_MS,
    })
    this.#provider = new NodeTracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'vigil',
        'service.version': version,
        'process.pid': process.pid,
      }),
      sampler: new AlwaysOnSampler(),
      spanProcessors: [processor],
      idGenerator: { generateTraceId: () => this.#next.traceId, generateSpanId: () => this.#next.spanId },
    })
  }

  ofReading(reading: TracedReading): Trace | null {
    return this.#sampled({ kind: 'reading', id: readingTraceId(reading) })
  }

  ofWindow(predictionId: string): Trace | null {
    return this.#sampled({ kind: 'window', id: predictionId })
  }

  add(trace: Trace, { name, startMs, endMs, attributes = {}, links = [] }: StageSpan): void {
    this.#next.traceId = trace.id
    this.#next.spanId = spanIdOf(trace, name)
    const tracer = this.#provider.getTracer('vigil')
    const options = { startTime: hrTime(startMs), attributes, links: links.map((to) => ({ context: rootOf(to) })) }
    // A clock that was set back between two stages makes no span of less than no time.
    tracer.startSpan(name, options, parentOf(trace, name)).end(hrTime(Math.max(startMs, endMs)))
  }

  async close(): Promise<void> {
    await this.#provider.shutdown().catch(() => undefined)
  }

  #sampled(trace: Trace): Trace | null {
    return isSampled(trace.id, this.#sample) ? trace : null
  }
}

function parentOf(trace: Trace, name: StageSpan['name']): Context {
  const parents: Partial<Record<StageSpan['name'], StageSpan['name'] | null>> = SPAN_PARENTS[trace.kind]
  const parent = parents[name] ?? null
  if (parent === null) return ROOT_CONTEXT
  const context = { traceId: trace.id, spanId: spanIdOf(trace, parent), traceFlags: TraceFlags.SAMPLED, isRemote: true }
  return api.setSpanContext(ROOT_CONTEXT, context)
}

function rootOf(trace: Trace): { traceId: string; spanId: string; traceFlags: number } {
  const root = trace.kind === 'reading' ? 'acquire reading' : 'join window'
  return { traceId: trace.id, spanId: spanIdOf(trace, root), traceFlags: TraceFlags.SAMPLED }
}

/** As seconds and nanoseconds: the SDK takes a plain number that is small for a time since the process began. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000)
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)]
}

/** The exporter gives spans up quietly; here they are counted, and the first loss after a success is told. */
function counted(exporter: OTLPTraceExporter, logger: Logger, onLost: (spans: number) => void): SpanExporter {
  let well = true
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        const sent = result.code === 0
        if (!sent) onLost(spans.length)
        if (!sent && well) logger.warn({ spans: spans.length }, 'traces cannot be sent; spans are lost')
        if (sent && !well) logger.warn('traces are sent again')
        well = sent
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  }
}

/** What the SDK says of itself; it tells of spans that it had no room for only here. */
function diagnostics(logger: Logger, onLost: (spans: number) => void) {
  const tell = (level: 'warn' | 'debug') => (message: string) => {
    const dropped = /^Dropped (\d+) spans/.exec(message)?.[1]
    if (dropped !== undefined) onLost(Number(dropped))
    logger[level]({ says: message }, 'OpenTelemetry')
  }
  return { error: tell('debug'), warn: tell('warn'), info: tell('debug'), debug: tell('debug'), verbose: tell('debug') }
}
