import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as OTLP's JSON has it. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  /** Of the process that sent it. */
  pid: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: Record<string, unknown> }[]
  links?: { traceId: string; spanId: string }[]
}

interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { intValue?: number | string } }[] }
    scopeSpans: { spans: Omit<ReceivedSpan, 'pid'>[] }[]
  }[]
}

/** Takes traces as OTLP over HTTP, in JSON, and keeps them. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = []
  /** All that came, as it came. */
  text = ''
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        this.text += body
        for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
          const pid = Number(resource.attributes.find(({ key }) => key === 'process.pid')?.value.intValue)
          for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => ({ ...span, pid })))
        }
        response.setHeader('content-type', 'application/json')
        response.end('{}')
      })
    })
  }

  /** Resolves with the address to send to. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** The spans of each trace, by its id. */
  traces(): Map<string, ReceivedSpan[]> {
    const traces = new Map<string, ReceivedSpan[]>()
    for (const span of this.spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span])
    return traces
  }
}

export function startMs({ startTimeUnixNano }: ReceivedSpan): number {
  return Number(BigInt(startTimeUnixNano) / 1_000n) / 1_000
}

export function endMs({ endTimeUnixNano }: ReceivedSpan): number {
  return Number(BigInt(endTimeUnixNano) / 1_000n) / 1_000
}

/** The trace as a tree: when each span began, counted from the first, how long it took, and what it says. */
export function treeOf(spans: readonly ReceivedSpan[]): string[] {
  const firstMs = Math.min(...spans.map(startMs))
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const below = (parent: string | undefined): ReceivedSpan[] =>
    spans
      .filter(({ parentSpanId }) => (parent === undefined ? !ids.has(parentSpanId ?? '') : parentSpanId === parent))
      .sort((a, b) => startMs(a) - startMs(b))
  const lines: string[] = []
  const walk = (span: ReceivedSpan, depth: number): void => {
    const name = `${'  '.repeat(depth)}${span.name}`.padEnd(28)
    const at = `+${Math.round(startMs(span) - firstMs)} ms`.padStart(10)
    const took = `${Math.round(endMs(span) - startMs(span))} ms`.padStart(10)
    const says = span.attributes.map(
      ({ key, value }) => `${key.replace('vigil.', '')}=${String(Object.values(value)[0])}`,
    )
    lines.push(`${name}${at}${took}  ${says.join(' ')}`.trimEnd())
    for (const child of below(span.spanId)) walk(child, depth + 1)
  }
  for (const root of below(undefined)) walk(root, 0)
  return lines
}
