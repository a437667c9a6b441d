import { join } from 'node:path'
import protobuf from 'protobufjs'
import { PACKAGE_ROOT } from '../../src/config.ts'

const MODEL = protobuf.loadSync(join(PACKAGE_ROOT, 'schemas', 'onnx', 'onnx-ml.proto')).lookupType('onnx.ModelProto')
const [FLOAT, INT64] = [1, 7]
const INT_ATTRIBUTE = 2
const [IR_VERSION, OPSET] = [9, 18]

interface Value {
  name: string
  type: { tensorType: { elemType: number; shape: { dim: object[] } } }
}

/** An ONNX graph, written node by node; every method answers the name of what it made. All values are float32 with a free batch in front. */
export class OnnxGraph {
  readonly #nodes: object[] = []
  readonly #initializers: object[] = []
  readonly #inputs: Value[] = []
  readonly #outputs: Value[] = []
  #made = 0

  input(name: string, shape: readonly number[]): string {
    this.#inputs.push(value(name, shape))
    return name
  }

  output(name: string, shape: readonly number[], from: string): void {
    this.#nodes.push({ opType: 'Identity', input: [from], output: [name], name })
    this.#outputs.push(value(name, shape))
  }

  node(opType: string, input: readonly string[], integers: Readonly<Record<string, number>> = {}): string {
    const name = `value_${this.#made++}`
    const attribute = Object.entries(integers).map(([key, i]) => ({ name: key, i, type: INT_ATTRIBUTE }))
    this.#nodes.push({ opType, input: [...input], output: [name], name, attribute })
    return name
  }

  constant(dims: readonly number[], values: readonly number[]): string {
    const rawData = Buffer.alloc(4 * values.length)
    values.forEach((one, index) => rawData.writeFloatLE(one, 4 * index))
    return this.#initializer(dims, FLOAT, rawData)
  }

  integers(values: readonly number[]): string {
    const rawData = Buffer.alloc(8 * values.length)
    values.forEach((one, index) => rawData.writeBigInt64LE(BigInt(one), 8 * index))
    return this.#initializer([values.length], INT64, rawData)
  }

  file(): Uint8Array {
    const graph = {
      name: 'fused',
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs,
    }
    const model = { irVersion: IR_VERSION, opsetImport: [{ domain: '', version: OPSET }], graph }
    return MODEL.encode(MODEL.fromObject(model)).finish()
  }

  #initializer(dims: readonly number[], dataType: number, rawData: Uint8Array): string {
    const name = `constant_${this.#made++}`
    this.#initializers.push({ name, dims: [...dims], dataType, rawData })
    return name
  }
}

function value(name: string, shape: readonly number[]): Value {
  const dim = [{ dimParam: 'batch' }, ...shape.map((size) => ({ dimValue: size }))]
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } }
}
