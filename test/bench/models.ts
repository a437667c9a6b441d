import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { type Benchmark, type Figure, median } from './figure.ts'

const BATCHES = [1, 8, 32]
const RUNS = 9
const WAVEFORM_RATE_HZ = 125
/** What a window with everything in it is read by: heart sound, vitals, waveforms, one frame, notes. */
const WINDOW = [
  'heart-sound/model.onnx',
  'sepsis-vitals/model.onnx',
  'alarm-truth/compact.onnx',
  'procedure-view/model.onnx',
  'notes-context/model.onnx',
]

/** Milliseconds of one core that each model file takes for a row, by batch, with every input there; and all that read one window. */
export const models: Benchmark = {
  name: 'models',
  run: async (say) => {
    const figures: Figure[] = []
    const ofWindow = new Map(BATCHES.map((batch) => [batch, 0]))
    for (const file of await modelFiles()) {
      say(file)
      const session = await InferenceSession.create(join(PACKAGE_ROOT, 'models', file), {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionProviders: ['cpu'],
      })
      for (const batch of BATCHES) {
        const value = await rowMs(session, batch)
        figures.push({ name: keyOf(file, batch), says: `a row of ${file}, batches of ${batch}`, value, unit: 'ms' })
        if (WINDOW.includes(file)) ofWindow.set(batch, (ofWindow.get(batch) ?? 0) + value)
        // A ward's model asks more of waveforms while there is an alarm to judge, and nothing while there is none.
        if (!session.inputNames.includes('alarm') || !session.inputNames.includes('hours')) continue
        const says = `a row of ${file} without an alarm to judge, batches of ${batch}`
        figures.push({
          name: keyOf(file, batch, 'NoAlarm'),
          says,
          value: await rowMs(session, batch, ['alarm']),
          unit: 'ms',
        })
      }
      await session.release()
    }
    for (const [batch, value] of ofWindow)
      figures.push({
        name: `windowBatch${batch}Ms`,
        says: `${WINDOW.join(', ')}: all that read a window, batches of ${batch}`,
        value,
        unit: 'ms',
      })
    return figures
  },
}

async function modelFiles(): Promise<string[]> {
  const files = await readdir(join(PACKAGE_ROOT, 'models'), { recursive: true })
  return files.filter((file) => /^[^/]+\/[^/]+\.onnx$/.test(file)).sort()
}

/** heart-sound/model.small.onnx: heartSoundSmallBatch8Ms */
function keyOf(file: string, batch: number, more = ''): string {
  const words = file.replace(/\.onnx$/, '').split(/[-/.]/)
  const [first = '', ...others] = words.filter((word) => word !== 'model')
  return `${[first, ...others.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')}${more}Batch${batch}Ms`
}

/** Of the processor, not of the clock: a busy machine changes it little. */
async function rowMs(session: InferenceSession, batch: number, absent: readonly string[] = []): Promise<number> {
  const feeds: Record<string, Tensor> = {}
  for (const input of session.inputMetadata) {
    if (!input.isTensor) throw new TypeError(`${input.name} is no tensor`)
    const shape = [batch, ...input.shape.slice(1).map(Number)]
    const values = filled(input.name, shape)
    feeds[input.name] = new Tensor('float32', absent.includes(input.name) ? values.fill(0) : values, shape)
  }
  await session.run(feeds)
  const times: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage()
    await session.run(feeds)
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1_000 / batch)
  }
  return median(times)
}

/** Masks of ones; waves with a beat every 0.8 s; words with the mark of a phrase's end (2) after each eight; else noise. */
function filled(name: string, shape: readonly number[]): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  let state = 1
  return values.map((_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    if (name.includes('mask')) return 1
    if (name.includes('tokens')) return index % 9 === 8 ? 2 : 4 + (state % 3_000)
    if (name === 'frame') return state % 256
    const noise = (state / 2 ** 31 - 1) * 2
    if (name !== 'waveforms') return noise
    const phase = (index / WAVEFORM_RATE_HZ) % 0.8
    return Math.exp(-((phase - 0.1) ** 2) / 0.0008) + 0.05 * noise
  })
}
