import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { ModelCard } from '../../src/predict/model-card.ts'
import { rowOf, sizeOf, stack, tensor, type Tensors } from '../../src/predict/tensor.ts'
import { type TensorSource, WINDOW_TENSORS } from '../../src/predict/window-tensors.ts'
import { OnnxGraph } from './fused-graph.ts'
import { shapleyWeight } from './shapley.ts'

/** A fused model that learnt nothing, of the form that fused models have: every output says what its inputs say by a rule a test can follow. */
export const FUSED = 'made-up'
export const EVIDENCE = ['vitals', 'waveforms', 'pcg', 'video', 'notes'] as const
const SUBSETS = 2 ** EVIDENCE.length
const BASE_LOGIT = -3
export const BASE_RATE = 1 / (1 + Math.exp(-BASE_LOGIT))

const INPUTS: readonly (readonly [name: string, source: TensorSource])[] = [
  ['pcg', 'pcg'],
  ['mask', 'pcg_mask'],
  ['hours', 'vitals_history'],
  ['static', 'person'],
  ['waveforms', 'waveforms'],
  ['waveforms_mask', 'waveforms_mask'],
  ['alarm', 'alarm'],
  ['frame', 'frame'],
  ['frame_mask', 'frame_mask'],
  ['tokens', 'note_tokens'],
]
const OUTPUTS: Readonly<Record<string, number>> = {
  risk: 1,
  risk_interval: 2,
  shares: 1 + EVIDENCE.length,
  used: EVIDENCE.length,
  present: EVIDENCE.length,
  strangeness: EVIDENCE.length,
  subsets: SUBSETS,
  waves: 4,
  seconds: 10,
  murmur: 3,
  view_state: 3,
  instrument: 3,
  lung: 3,
  alarm_true: 3,
  sepsis: 2,
  death: 2,
}

/** The model's folder, gone after the test. */
export async function fusedFolder(t: TestContext, edit: (card: ModelCard) => void = () => undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-fused-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = fusedFile()
  const card = fusedCard(createHash('sha256').update(file).digest('hex'))
  edit(card)
  await writeFile(join(folder, 'model.onnx'), file)
  await writeFile(join(folder, 'card.json'), JSON.stringify(card))
  await writeFile(join(folder, 'golden.json'), JSON.stringify(await goldenOf(file)))
  return folder
}

/** What the model's file answers to one row, in this process. */
export async function answerOf(file: Uint8Array, row: Tensors): Promise<Tensors> {
  const [answer = {}] = await answersOf(file, [row])
  return answer
}

/** What it answers to rows in one batch; of a row it is given what it reads. */
export async function answersOf(file: Uint8Array, rows: readonly Tensors[]): Promise<Tensors[]> {
  const session = await InferenceSession.create(file, { executionProviders: ['cpu'], intraOpNumThreads: 1 })
  const given = Object.entries(stack(rows)).filter(([name]) => session.inputNames.includes(name))
  const feeds = given.map(([name, { dtype, data, shape }]) => [name, new OrtTensor(dtype, data, shape)])
  const answers = Object.entries(await session.run(Object.fromEntries(feeds) as Record<string, OrtTensor>))
  await session.release()
  const batch = Object.fromEntries(answers.map(([name, { data, dims }]) => [name, tensor(dims, data as Float32Array)]))
  return rows.map((_, index) => rowOf(batch, index))
}

export function fusedFile(): Uint8Array {
  const graph = new OnnxGraph()
  const flat: Record<string, string> = {}
  for (const [name, source] of INPUTS)
    flat[name] = graph.node('Flatten', [graph.input(name, WINDOW_TENSORS[source].shape)], { axis: 1 })
  const over = (name: string): string => flat[name] ?? ''
  const zero = graph.constant([], [0])
  const one = graph.constant([], [1])
  const columns = graph.integers([1])
  const unknown = (of: string): string => graph.node('IsNaN', [of])
  const filled = (of: string): string => graph.node('Where', [unknown(of), zero, of])
  const known = (of: string): string => graph.node('Cast', [graph.node('Not', [unknown(of)])], { to: 1 })
  const most = (of: string): string => graph.node('ReduceMax', [of, columns], { keepdims: 1 })
  const mean = (of: string): string => graph.node('ReduceMean', [of, columns], { keepdims: 1 })
  const size = (of: string): string => graph.node('Abs', [of])
  /** a · of + b */
  const line = (of: string, a: number, b = 0): string =>
    graph.node('Add', [graph.node('Mul', [of, graph.constant([], [a])]), graph.constant([], [b])])
  const product = (a: string, b: string): string => graph.node('Mul', [a, b])
  const beside = (...of: string[]): string => graph.node('Concat', of, { axis: 1 })

  const [hours, notes] = [filled(over('hours')), most(over('tokens'))]
  const present = beside(
    most(known(over('hours'))),
    product(most(over('waveforms_mask')), most(over('alarm'))),
    most(over('mask')),
    over('frame_mask'),
    graph.node('Min', [notes, one]),
  )
  const strangeness = beside(
    line(most(hours), 1 / 500),
    line(most(size(over('waveforms'))), 1 / 1_000),
    line(most(size(over('pcg'))), 1 / 0.9),
    line(mean(over('frame')), 1 / 250),
    line(notes, 1 / 100_000),
  )
  const used = product(present, graph.node('Cast', [graph.node('Less', [strangeness, one])], { to: 1 }))
  const effects = [
    graph.node('Add', [line(most(hours), 0.02, -2), line(mean(filled(over('static'))), 0.001)]),
    line(mean(size(over('waveforms'))), 0.5, 0.6),
    line(mean(size(over('pcg'))), 20),
    line(mean(over('frame')), -0.01),
    line(notes, 1e-5, 0.3),
  ]
  const weights = (of: (evidence: number, subset: number) => number): number[] =>
    EVIDENCE.flatMap((_, evidence) => Array.from({ length: SUBSETS }, (_, subset) => of(evidence, subset)))
  const bits = graph.constant(
    [EVIDENCE.length, SUBSETS],
    weights((evidence, subset) => (subset >> evidence) & 1),
  )
  const logits = line(graph.node('MatMul', [product(used, beside(...effects)), bits]), 1, BASE_LOGIT)
  const subsets = graph.node('Sigmoid', [logits])
  const column = (index: number): string => graph.node('Gather', [subsets, graph.integers([index])], { axis: 1 })
  const shapley = graph.constant(
    [SUBSETS, EVIDENCE.length],
    Array.from({ length: SUBSETS }, (_, subset) =>
      EVIDENCE.map((_, player) => shapleyWeight(subset, player, EVIDENCE.length)),
    ).flat(),
  )
  const risk = column(SUBSETS - 1)
  const certainty = effects.map((effect) => graph.node('Sigmoid', [effect]))
  /** probabilities that go from `low` to `high` with how certain an evidence is */
  const head = (evidence: number, low: readonly number[], high: readonly number[]): string => {
    const steps = graph.constant(
      [1, low.length],
      high.map((value, index) => value - (low[index] ?? 0)),
    )
    return graph.node('Add', [
      graph.node('MatMul', [certainty[evidence] ?? '', steps]),
      graph.constant([low.length], low),
    ])
  }
  const values: Record<keyof typeof OUTPUTS, string> = {
    risk,
    risk_interval: beside(line(risk, 0.5), line(risk, 0.9, 0.1)),
    shares: beside(column(0), product(graph.node('MatMul', [subsets, shapley]), used)),
    used,
    present,
    strangeness,
    subsets,
    waves: graph.node('ReduceMean', [size('waveforms'), graph.integers([2])], { keepdims: 0 }),
    seconds: line(
      graph.node(
        'ReduceMean',
        [graph.node('Reshape', [size('pcg'), graph.integers([0, 10, 1_000])]), graph.integers([2])],
        {
          keepdims: 0,
        },
      ),
      5,
    ),
    sepsis: head(0, [0, 1], [1, 0]),
    alarm_true: head(1, [0, 0.9, 0.1], [0.9, 0, 0.1]),
    murmur: head(2, [0, 0.1, 0.9], [0.9, 0.1, 0]),
    view_state: head(3, [0.9, 0.1, 0], [0.9, 0.1, 0]),
    instrument: head(3, [0, 0.1, 0.9], [0, 0.1, 0.9]),
    lung: head(3, [0, 0.1, 0.9], [0, 0.1, 0.9]),
    death: head(4, [0, 1], [1, 0]),
  }
  for (const [name, count] of Object.entries(OUTPUTS)) graph.output(name, [count], values[name] ?? '')
  return graph.file()
}

function fusedCard(sha256: string): ModelCard {
  const answer = (
    output: string,
    evidence: (typeof EVIDENCE)[number],
    classes: readonly [string, ...string[]],
    undecided: string | null = null,
  ): ModelCard['answers'][number] => ({
    output,
    classes: [...classes],
    positive: classes[0],
    undecided,
    multipliers: classes.map(() => 1),
    finding: output,
    evidence,
  })
  return {
    name: FUSED,
    version: '1.0.0',
    title: 'A rule in the form of a fused model',
    purpose: 'tests',
    scorer: FUSED,
    fusion: 'hybrid',
    modalities: ['vitals', 'pcg', 'video'],
    sha256,
    opset: 18,
    parameters: 1,
    inputs: INPUTS.map(([name, source]) => ({
      name,
      source,
      dtype: 'float32',
      shape: ['batch', ...WINDOW_TENSORS[source].shape] as ModelCard['inputs'][number]['shape'],
      unit: 'as the window has it',
      rateHz: null,
      normalisation: 'none',
      required: false,
    })),
    outputs: Object.entries(OUTPUTS).map(([name, count]) => ({
      name,
      dtype: 'float32',
      shape: ['batch', count],
      meaning: name,
    })),
    answers: [
      answer('sepsis', 'vitals', ['expected', 'not_expected']),
      answer('alarm_true', 'waveforms', ['true', 'false', 'not_known'], 'not_known'),
      answer('murmur', 'pcg', ['present', 'unknown', 'absent'], 'unknown'),
      answer('view_state', 'video', ['lost', 'ok', 'not_known'], 'not_known'),
      answer('instrument', 'video', ['present', 'absent', 'not_known'], 'not_known'),
      answer('lung', 'video', ['abnormal', 'normal', 'not_known'], 'not_known'),
      answer('death', 'notes', ['died', 'survived']),
    ],
    risk: {
      output: 'risk',
      interval: 'risk_interval',
      shares: 'shares',
      used: 'used',
      present: 'present',
      strangeness: 'strangeness',
      subsets: 'subsets',
      evidence: [
        { name: 'vitals', inputs: ['hours', 'static'] },
        { name: 'waveforms', inputs: ['waveforms', 'waveforms_mask', 'alarm'] },
        { name: 'pcg', inputs: ['pcg', 'mask'] },
        { name: 'video', inputs: ['frame', 'frame_mask'] },
        { name: 'notes', inputs: ['tokens'] },
      ],
      channels: [
        { evidence: 'waveforms', output: 'waves', names: ['ECG', 'second ECG', 'arterial pressure', 'pleth'] },
        { evidence: 'pcg', output: 'seconds', stepMs: 1_000 },
      ],
      baseRate: BASE_RATE,
      horizonMs: 6 * 3_600_000,
      event: 'sepsis has begun or begins',
    },
    calibration: { method: 'none', values: {} },
    data: [{ name: 'none', licence: 'none', attribution: 'none', doi: null, use: 'none' }],
    training: { script: 'none', seed: 0, split: 'none', versions: [] },
    metrics: [{ measure: 'none', group: 'all', split: 'test', n: 0, value: 0, low95: null, high95: null }],
    cannot: ['anything'],
  }
}

async function goldenOf(file: Uint8Array): Promise<object> {
  const cases = { nothing: rowFilled(false), everything: rowFilled(true) }
  const written = ({ shape, data }: { shape: readonly number[]; data: Float32Array }): object => ({
    shape,
    written: { as: 'float32', base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') },
  })
  const all = (tensors: Tensors): object =>
    Object.fromEntries(Object.entries(tensors).map(([name, one]) => [name, written(one)]))
  return {
    made: 'by rule',
    tolerance: { absolute: 1e-5, relative: 0 },
    cases: await Promise.all(
      Object.entries(cases).map(async ([name, inputs]) => ({
        name,
        inputs: all(inputs),
        outputs: all(await answerOf(file, inputs)),
      })),
    ),
  }
}

/** Every input as a window without anything has it, or filled with ones. */
function rowFilled(full: boolean): Tensors {
  return Object.fromEntries(
    INPUTS.map(([name, source]) => {
      const { shape, absent } = WINDOW_TENSORS[source]
      return [
        name,
        tensor(
          shape,
          new Float32Array(sizeOf(shape)).fill(full ? 0.5 + 0.5 * Number(/mask|alarm/.test(name)) : absent),
        ),
      ]
    }),
  )
}
