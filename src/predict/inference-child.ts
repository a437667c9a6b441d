/**
 * The inference process: one ONNX Runtime session on one provider. `run` holds the event loop of whoever calls it, which
 * is why it does not happen in the parent. It lives as long as the parent's channel, and no signal meant for the parent's
 * terminal ends it first.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { type InferenceReply, type InferenceRequest } from './inference-messages.ts'
import { tensor, type Tensor } from './tensor.ts'

let session: InferenceSession | null = null

process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit(0))
process.on('message', (request: InferenceRequest) => {
  answer(request)
    .catch((error: unknown): InferenceReply => ({ id: request.id, kind: 'refused', detail: String(error) }))
    .then((reply) => process.send?.(reply))
    .catch(() => process.exit(1))
})

async function answer(request: InferenceRequest): Promise<InferenceReply> {
  switch (request.kind) {
    case 'load':
      return load(request)
    case 'run':
      return run(request)
  }
}

async function load({ id, modelFile, provider }: InferenceRequest & { kind: 'load' }): Promise<InferenceReply> {
  // The session is made from the bytes that were hashed, so the file cannot be changed in between.
  const bytes = await readFile(modelFile)
  session = await InferenceSession.create(bytes, {
    // One provider: ONNX Runtime either rejects a list whose first cannot start, or skips what it does not know.
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { id, kind: 'loaded', sha256, inputs: session.inputNames, outputs: session.outputNames }
}

async function run({ id, inputs, outputs }: InferenceRequest & { kind: 'run' }): Promise<InferenceReply> {
  if (session === null) return { id, kind: 'refused', detail: 'no model is loaded' }
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, data, shape }]) => [name, new OrtTensor(dtype, data, shape)]),
  )
  const startedMs = performance.now()
  const results = await session.run(feeds, outputs)
  const runMs = performance.now() - startedMs
  const read: Record<string, Tensor> = {}
  for (const [name, { data, dims }] of Object.entries(results)) {
    if (!(data instanceof Float32Array)) return { id, kind: 'refused', detail: `${name} is not float32` }
    read[name] = tensor(dims, data)
  }
  return { id, kind: 'ran', outputs: read, runMs, rssBytes: process.memoryUsage.rss() }
}
