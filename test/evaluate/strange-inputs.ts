import { EVIDENCE_NAMES, type EvidenceName } from '../../src/predict/evidence.ts'
import { join } from 'node:path'
import { bellShaped, mixedSeed, seededRandom, type SeededRandom } from '../../src/acquire/seeded-random.ts'
import { FRAME_CHANNELS, FRAME_SIZE_PX } from '../../src/predict/frame-tensor.ts'
import { PCG_LENGTH, PCG_RATE_HZ } from '../../src/predict/pcg-audio.ts'
import { tensor, type Tensors } from '../../src/predict/tensor.ts'
import { STRETCH_PLACES, STRETCH_RATE_HZ, STRETCH_SAMPLES } from '../../src/predict/waveform-stretch.ts'
import type { EvaluationData, FigureRow } from './evaluation.ts'
import { readHeartSounds, readSound } from './heart-sound-recordings.ts'
import { windowsOf } from './heart-sound-scores.ts'
import { intervalOf } from './interval.ts'
import { strangeFrames } from './strange-frames.ts'
import { answersOfShipped } from './ward-answers.ts'
import type { EvidenceRecord } from './ward-evidence.ts'

const MODEL = 'ward-hybrid'
const PER_KIND = 40
const PER_HOSPITAL = 60
const WINDOW_SECONDS = 10

interface Strange {
  evidence: EvidenceName
  kind: string
  subject: string
  inputs: () => Promise<Tensors>
}

/** What is no heart, no procedure or no device that the ward's model knows: how much of it is gated, by the model that ships. */
export async function strangeInputs({ folder, models }: EvaluationData): Promise<FigureRow[]> {
  const strange = [...soundsOfNothing(), ...wavesOfNothing(), ...frames(), ...(await devices(folder))]
  const patients = strange.map((one) => {
    const record: EvidenceRecord = { ...one, finding: null, weight: 1 }
    return { deteriorates: false, records: { [one.evidence]: record } }
  })
  const answers = await answersOfShipped(models, MODEL, patients, () => true)
  const gated = answers.map(({ used }, index) => used[EVIDENCE_NAMES.indexOf(strange[index]?.evidence ?? 'pcg')] === 0)
  const groups = new Map<string, number[]>()
  strange.forEach(({ evidence, kind }, index) => {
    const group = `${evidence}: ${kind}`
    groups.set(group, [...(groups.get(group) ?? []), index])
  })
  return [...groups].map(([group, indices]) => {
    const share = (drawn: readonly number[]): number =>
      drawn.filter((at) => gated[indices[at] ?? 0]).length / drawn.length
    const { low95, high95 } = intervalOf(
      indices.map((index) => strange[index]?.subject ?? ''),
      share,
    )
    return {
      model: MODEL,
      measure: 'strange input that does not count',
      group,
      key: `ward.strange.${group.replace(': ', '.').replaceAll(' ', '')}`,
      figure: { value: share([...indices.keys()]), interval95: [low95, high95], n: indices.length },
      simple: null,
    }
  })
}

function soundsOfNothing(): Strange[] {
  const kinds: Record<string, (random: SeededRandom) => Float32Array> = {
    'white noise': (random) => noise(random, 0),
    'brown noise': (random) => noise(random, 0.999),
    silence: () => new Float32Array(PCG_LENGTH),
    'mains hum': (random) => {
      const phase = random() * 2 * Math.PI
      return Float32Array.from(
        { length: PCG_LENGTH },
        (_, at) => 0.3 * Math.sin((2 * Math.PI * 50 * at) / PCG_RATE_HZ + phase) + 0.001 * bellShaped(random),
      )
    },
  }
  return made('pcg', kinds, (samples) => ({
    pcg: tensor([1, PCG_LENGTH], samples),
    mask: tensor([1, PCG_LENGTH], new Float32Array(PCG_LENGTH).fill(1)),
  }))
}

/** Every sample keeps so much of the one before it. */
function noise(random: SeededRandom, kept: number): Float32Array {
  let value = 0
  const samples = Float32Array.from({ length: PCG_LENGTH }, () => (value = kept * value + bellShaped(random)))
  const most = samples.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0)
  return samples.map((sample) => (0.3 * sample) / most)
}

function wavesOfNothing(): Strange[] {
  const count = STRETCH_PLACES.length * STRETCH_SAMPLES
  const first = STRETCH_SAMPLES - WINDOW_SECONDS * STRETCH_RATE_HZ
  const isNewest = (at: number): boolean => at % STRETCH_SAMPLES >= first
  const filled = (value: (at: number) => number): Float32Array =>
    Float32Array.from({ length: count }, (_, at) => (isNewest(at) ? value(at) : 0))
  const kinds: Record<string, (random: SeededRandom) => Float32Array> = {
    'white noise': (random) => filled(() => bellShaped(random)),
    'a flat line': () => filled(() => 0),
  }
  const shape = [1, STRETCH_PLACES.length, STRETCH_SAMPLES]
  return made('waveforms', kinds, (waveforms) => ({
    waveforms: tensor(shape, waveforms),
    waveforms_mask: tensor(
      shape,
      filled(() => 1),
    ),
    alarm: tensor([1, 5], Float32Array.of(0, 0, 1, 0, 0)),
  }))
}

function frames(): Strange[] {
  return strangeFrames(11).map(({ kind, values }, index) => ({
    evidence: 'video',
    kind,
    subject: `${kind} ${index}`,
    inputs: () =>
      Promise.resolve({
        frame: tensor([1, FRAME_CHANNELS, FRAME_SIZE_PX, FRAME_SIZE_PX], values),
        frame_mask: tensor([1, 1], Float32Array.of(1)),
      }),
  }))
}

/** Heart sounds through the stethoscopes of PhysioNet/CinC 2016, which no part of the model has learnt from. */
async function devices(folder: string): Promise<Strange[]> {
  const read = await readHeartSounds(join(folder, 'heart-sound'))
  const counted = new Map<string, number>()
  return (read?.hospitals ?? []).flatMap(({ hospital, record, path }) => {
    const count = counted.get(hospital) ?? 0
    counted.set(hospital, count + 1)
    if (count >= PER_HOSPITAL) return []
    const inputs = async (): Promise<Tensors> => {
      const { pcg, mask } = windowsOf((await readSound(path)).slice(0, PCG_LENGTH))
      return { pcg, mask }
    }
    return [{ evidence: 'pcg' as const, kind: `device of hospital ${hospital}`, subject: record, inputs }]
  })
}

function made(
  evidence: EvidenceName,
  kinds: Record<string, (random: SeededRandom) => Float32Array>,
  inputs: (samples: Float32Array) => Tensors,
): Strange[] {
  return Object.entries(kinds).flatMap(([kind, make], index) =>
    Array.from({ length: PER_KIND }, (_, at) => ({
      evidence,
      kind,
      subject: `${kind} ${at}`,
      inputs: () => Promise.resolve(inputs(make(seededRandom(mixedSeed(index, at))))),
    })),
  )
}
