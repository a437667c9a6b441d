/**
 * The inference process: one ONNX Runtime session on one provider. `run` holds the event loop of whoever calls it, which
 * is why it does not happen in the parent. It lives as long as the parent's channel, and no signal meant for the parent's
 * terminal ends it first.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { InferenceReply, InferenceRequest } from './inference-messages.ts'
import { batchSize, rowOf, stack, tensor, type Tensor, type Tensors } from './tensor.ts'

let session: InferenceSession | null = null
/**
 * The last bits of an answer depend on the size of its batch, and a second reading of the log has other batches. On the
 * CPU a batch gains nothing (measured: 1.1 ms a window alone, 1.9-2.5 in batches), so there each row runs alone.
 */
let oneByOne = true

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
  oneByOne = provider === 'cpu'
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { id, kind: 'loaded', sha256, inputs: session.inputNames, outputs: session.outputNames }
}

async function run({ id, inputs, outputs }: InferenceRequest & { kind: 'run' }): Promise<InferenceReply> {
  if (session === null) return { id, kind: 'refused', detail: 'no model is loaded' }
  const startedMs = performance.now()
  const read = oneByOne ? await runRows(session, inputs, outputs) : await runBatch(session, inputs, outputs)
  return { id, kind: 'ran', outputs: read, runMs: performance.now() - startedMs, rssBytes: process.memoryUsage.rss() }
}

async function runRows(of: InferenceSession, inputs: Tensors, outputs: readonly string[]): Promise<Tensors> {
  const rows: Tensors[] = []
  for (let index = 0; index < batchSize(inputs); index++)
    rows.push(rowOf(await runBatch(of, stack([rowOf(inputs, index)]), outputs), 0))
  return stack(rows)
}

async function runBatch(of: InferenceSession, inputs: Tensors, outputs: readonly string[]): Promise<Tensors> {
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, data, shape }]) => [name, new OrtTensor(dtype, data, shape)]),
  )
  const read: Record<string, Tensor> = {}
  for (const [name, { data, dims }] of Object.entries(await of.run(feeds, outputs))) {
    if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not float32`)
    read[name] = tensor(dims, data)
  }
  return read
}
