import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { tensor, type Tensor, type Tensors } from '../../src/predict/tensor.ts'
import { foldOf } from './fold.ts'

/** The model files that an evaluation runs, each loaded once, on one thread of the CPU. */
export class ScoringModels {
  readonly #sessions = new Map<string, Promise<InferenceSession>>()
  readonly #folder: string

  constructor(folder = join(PACKAGE_ROOT, 'models')) {
    this.#folder = folder
  }

  /** The file that may score a subject: what ships, or, where that was trained on him, what was trained without his fold. */
  fileFor(subject: string, isDev: boolean, size = 'model'): string {
    return isDev ? `held-out/${size === 'model' ? 'fold' : size}-${foldOf(subject)}.onnx.gz` : `${size}.onnx`
  }

  /** Runs a batch; throws where the file is not there or refuses the inputs. */
  async run(model: string, file: string, inputs: Tensors): Promise<Tensors> {
    const session = await this.#session(model, file)
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, shape }]) => [name, new OrtTensor('float32', data, shape)]),
    )
    const outputs: Record<string, Tensor> = {}
    for (const [name, value] of Object.entries(await session.run(feeds)))
      if (value.type === 'float32') outputs[name] = tensor(value.dims, value.data as Float32Array)
    return outputs
  }

  #session(model: string, file: string): Promise<InferenceSession> {
    const path = join(this.#folder, model, file)
    const open = this.#sessions.get(path) ?? openSession(path)
    this.#sessions.set(path, open)
    return open
  }
}

async function openSession(path: string): Promise<InferenceSession> {
  return InferenceSession.create(path.endsWith('.gz') ? await unpacked(path) : await readFile(path), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionProviders: ['cpu'],
  })
}

/**
 * KIND-N.onnx.gz, with what all files of its kind share. Protocol buffers one behind the other are one message whose lists are joined;
 * models/training/held_out_files.py writes them.
 */
export async function unpacked(path: string): Promise<Uint8Array> {
  const name = basename(path)
  const shared = join(dirname(path), `shared-${name.slice(0, name.lastIndexOf('-'))}.onnx.gz`)
  const parts = [path, ...(existsSync(shared) ? [shared] : [])]
  return Buffer.concat(await Promise.all(parts.map(async (part) => gunzipSync(await readFile(part)))))
}
