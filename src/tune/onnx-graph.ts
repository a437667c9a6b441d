import { join } from 'node:path'
import protobuf from 'protobufjs'
import { PACKAGE_ROOT } from '../config.ts'
import { LEAST_PROBABILITY, type SiteHead } from './site-head.ts'

const FLOAT = 1
/** AttributeProto.AttributeType */
const [ATTRIBUTE_INT] = [2]

interface Attribute {
  name: string
  i?: number
  type: number
}
interface Node {
  input: string[]
  output: string[]
  name?: string
  opType: string
  attribute?: Attribute[]
}
interface Initializer {
  name: string
  dims: number[]
  dataType: number
  rawData: Uint8Array
}
interface Model {
  graph: { node: Node[]; initializer: Initializer[]; output: { name: string }[] }
}

/** schemas/onnx/onnx-ml.proto of ONNX 1.23.2: a newer field of a file would be lost, so files are written by that version or an older one. */
const MODEL = protobuf.loadSync(join(PACKAGE_ROOT, 'schemas', 'onnx', 'onnx-ml.proto')).lookupType('onnx.ModelProto')

/**
 * The file of a model whose answer is the parent's, corrected by a site: the parent's probabilities p and embedding e stay as they are, and the
 * output becomes softmax(scale · log max(p, 1e-6) + weights · e + bias). Where the parent also gives its logits, those are the new ones
 * too. Throws where the file lacks the outputs.
 */
export function withSiteHead(
  file: Uint8Array,
  { answer, logits, embedding }: { answer: string; logits: string | null; embedding: string },
  head: SiteHead,
): Uint8Array {
  const model = MODEL.decode(file) as unknown as Model
  const { graph } = model
  for (const name of [answer, embedding, ...(logits === null ? [] : [logits])])
    if (!graph.output.some((output) => output.name === name)) throw new RangeError(`the model has no output ${name}`)
  const parent = (name: string): string => `parent_${name}`
  for (const node of graph.node) {
    const renamed = (name: string): string => (name === answer || name === logits ? parent(name) : name)
    node.output = node.output.map(renamed)
    node.input = node.input.map(renamed)
  }
  const classes = head.bias.length
  const width = head.weights.length / classes
  graph.initializer.push(
    initializer('site_weights', [width, classes], head.weights),
    initializer('site_bias', [classes], head.bias),
    initializer('site_scale', [], [head.scale]),
    initializer('site_least', [], [LEAST_PROBABILITY]),
  )
  graph.node.push(
    node('Max', [parent(answer), 'site_least'], 'site_held'),
    node('Log', ['site_held'], 'site_log'),
    node('Mul', ['site_log', 'site_scale'], 'site_parent'),
    node('Gemm', [embedding, 'site_weights', 'site_bias'], 'site_correction'),
    node('Add', ['site_parent', 'site_correction'], logits ?? 'site_logits'),
    node('Softmax', [logits ?? 'site_logits'], answer, [{ name: 'axis', i: 1, type: ATTRIBUTE_INT }]),
  )
  return MODEL.encode(model as unknown as protobuf.Message).finish()
}

function node(opType: string, input: string[], output: string, attribute: Attribute[] = []): Node {
  return { opType, input, output: [output], name: output, attribute }
}

function initializer(name: string, dims: number[], values: ArrayLike<number>): Initializer {
  const rawData = Buffer.alloc(4 * values.length)
  for (let index = 0; index < values.length; index++) rawData.writeFloatLE(values[index] ?? NaN, 4 * index)
  return { name, dims, dataType: FLOAT, rawData }
}
