import { FRAME_CHANNELS, FRAME_SIZE_PX, frameTensor } from '../../src/predict/frame-tensor.ts'
import { type FrameAnswer, type Procedure, PROCEDURES } from '../../src/predict/procedure-feed.ts'
import { rowOf, tensor } from '../../src/predict/tensor.ts'
import type { ScoringModels } from './scoring-models.ts'
import type { VideoFrame } from './video-frames.ts'

export const PROCEDURE_VIEW = 'procedure-view'

export interface ScoredFrame extends FrameAnswer {
  frame: VideoFrame
}

const BATCH = 16
const SHAPE = [FRAME_CHANNELS, FRAME_SIZE_PX, FRAME_SIZE_PX]

/** Each by the file that may score its subject, in the order given. */
export async function scoreBySubject(
  models: ScoringModels,
  frames: readonly VideoFrame[],
  isDev: boolean,
): Promise<ScoredFrame[]> {
  const scored = new Map<VideoFrame, ScoredFrame>()
  for (const file of new Set(frames.map(({ subject }) => models.fileFor(subject, isDev)))) {
    const part = frames.filter(({ subject }) => models.fileFor(subject, isDev) === file)
    for (const one of await scoreWith(models, file, part)) scored.set(one.frame, one)
  }
  return frames.flatMap((frame) => scored.get(frame) ?? [])
}

export async function scoreWith(
  models: ScoringModels,
  file: string,
  frames: readonly VideoFrame[],
): Promise<ScoredFrame[]> {
  const answers = await answersOf(models, file, await Promise.all(frames.map(({ jpeg }) => readFrame(jpeg))))
  return frames.flatMap((frame, index) => {
    const answer = answers[index]
    return answer === undefined ? [] : { ...answer, frame }
  })
}

/** What a file of procedure-view says of frames, in their order. */
export async function answersOf(
  models: ScoringModels,
  file: string,
  frames: readonly Float32Array[],
): Promise<FrameAnswer[]> {
  const answers: FrameAnswer[] = []
  for (let from = 0; from < frames.length; from += BATCH) {
    const part = frames.slice(from, from + BATCH)
    const data = new Float32Array(part.length * (part[0]?.length ?? 0))
    part.forEach((frame, index) => void data.set(frame, index * frame.length))
    const outputs = await models.run(PROCEDURE_VIEW, file, { frame: tensor([part.length, ...SHAPE], data) })
    for (let index = 0; index < part.length; index++) {
      const { procedure, answers: given } = rowOf(outputs, index)
      if (procedure === undefined || given === undefined) throw new Error(`${file} lacks an output`)
      answers.push({ procedure: procedure.data, answers: given.data })
    }
  }
  return answers
}

/** A JPEG frame as the model reads it; throws where it cannot be read. */
export async function readFrame(jpeg: Uint8Array): Promise<Float32Array> {
  const result = await frameTensor(jpeg)
  if (!result.ok) throw new Error(result.detail)
  return result.values
}

/** What a frame is taken for. */
export function shownBy({ procedure }: FrameAnswer): Procedure {
  const probabilities = Array.from(procedure)
  return PROCEDURES[probabilities.indexOf(Math.max(...probabilities))] ?? 'none'
}
