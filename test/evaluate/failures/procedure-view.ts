import { join } from 'node:path'
import sharp from 'sharp'
import { FRAME_SIZE_PX } from '../../../src/predict/frame-tensor.ts'
import { PROCEDURES } from '../../../src/predict/procedure-feed.ts'
import { QUESTIONS } from '../frame-questions.ts'
import { PROCEDURE_VIEW, readFrame, scoreBySubject, type ScoredFrame, shownBy } from '../frame-scores.ts'
import { readProcedureVideo } from '../video-frames.ts'
import { type Drawing, type Failure, type FailureSearch, worstOf } from './failure.ts'
import { percent } from './heart-sound.ts'

const DRAWN_PX = 96
const GREYS = 6

/** Frames that it answers, and answers wrongly; one of each question before a second of any. */
export const frameFailures: FailureSearch = {
  model: PROCEDURE_VIEW,
  source:
    'vocalfolds, CC BY 4.0 (Laves et al., IJCARS 2019, arXiv:1807.06081); Intermountain-Stanford laparoscopic data set, MIT (egoodman92, 2021); POCOVID lung ultrasound, CC BY files only (Born et al., Applied Sciences 2021)',
  shows: `drawn from the frame in ${GREYS} greys at ${DRAWN_PX} × ${DRAWN_PX}, its sides squeezed to a square as the model sees them`,
  async find({ folder, models, isDev }, say) {
    const video = await readProcedureVideo(join(folder, 'video'))
    const scored = await scoreBySubject(models, video?.frames ?? [], isDev)
    say(`${scored.length} frames`)
    const mistakes = QUESTIONS.flatMap(({ task, index, positive, negative, name }) =>
      scored
        .filter((one) => one.frame.task === task && shownBy(one) === PROCEDURES[index])
        .filter(({ frame }) => [...positive, ...negative].includes(frame.label))
        .map((one) => {
          const answer = one.answers[index] ?? NaN
          const isPositive = positive.includes(one.frame.label)
          return { kind: task, badness: isPositive ? 1 - answer : answer, of: { one, answer, name } }
        }),
    )
    return Promise.all(worstOf(mistakes, 3).map(({ one, answer, name }) => failureOf(one, answer, name)))
  },
}

async function failureOf({ frame }: ScoredFrame, answer: number, question: string): Promise<Failure> {
  const values = await readFrame(frame.jpeg)
  const light = values.reduce((sum, value) => sum + value, 0) / values.length / 255
  const tool = frame.extra['tool_frac']
  const { probe } = frame.extra
  return {
    record: frame.file,
    truth: `${frame.task.replaceAll('_', ' ')}: ${frame.label.replaceAll('_', ' ')}`,
    said: `${question} with ${percent(answer)}`,
    because: [
      `its mean brightness is ${percent(light)} of white`,
      ...(tool === undefined ? [] : [`a tool covers ${percent(Number(tool))} of it`]),
      ...(probe === undefined ? [] : [`the probe is ${probe}`]),
    ],
    drawing: await greyDrawing(values),
    original: { kind: 'jpg', bytes: frame.jpeg },
  }
}

/** Few greys of few pixels: enough to see what was in the way, too little to be the frame. */
async function greyDrawing(values: Float32Array): Promise<Drawing> {
  const plane = FRAME_SIZE_PX * FRAME_SIZE_PX
  const grey = Uint8Array.from({ length: plane }, (_, at) =>
    Math.round(0.299 * (values[at] ?? 0) + 0.587 * (values[plane + at] ?? 0) + 0.114 * (values[2 * plane + at] ?? 0)),
  )
  const raw = { width: FRAME_SIZE_PX, height: FRAME_SIZE_PX, channels: 1 } as const
  const small = await sharp(grey, { raw }).resize(DRAWN_PX, DRAWN_PX).toColourspace('b-w').raw().toBuffer()
  const step = 255 / (GREYS - 1)
  const few = Uint8Array.from(small, (value) => Math.round(Math.round(value / step) * step))
  const image = sharp(few, { raw: { width: DRAWN_PX, height: DRAWN_PX, channels: 1 } })
  const enlarged = image.resize(2 * DRAWN_PX, 2 * DRAWN_PX, { kernel: 'nearest' })
  return { kind: 'png', bytes: await enlarged.png({ palette: true, colours: GREYS, compressionLevel: 9 }).toBuffer() }
}
