import type { EvaluationData, FigureRow } from './evaluation.ts'
import { type OfSubject, rowOf, shareOf } from './frame-figures.ts'
import { answersOf, readFrame, shownBy } from './frame-scores.ts'
import { strangeFrames } from './strange-frames.ts'
import { clipFrames, type VideoClip } from './video-frames.ts'

interface Judged extends OfSubject {
  isRight: boolean
}

/** Pictures of nothing, of which none should be answered; on dev data each kind by a file that was trained without it. */
export async function strangeRows({ models, isDev }: EvaluationData): Promise<FigureRow[]> {
  const frames = strangeFrames()
  const judged: Judged[] = []
  for (const kind of new Set(frames.map((frame) => frame.kind))) {
    const own = frames.filter((frame) => frame.kind === kind)
    const file = models.fileFor(`made/${kind}`, isDev)
    const pictures = own.map(({ values }) => values)
    for (const answer of await answersOf(models, file, pictures))
      judged.push({ isRight: shownBy(answer) === 'none', frame: { subject: kind } })
  }
  const row = (group: string, some: readonly Judged[], more: Partial<FigureRow>): FigureRow =>
    rowOf('pictures of nothing that are answered with not known', group, some, rightOf, more)
  const note = isDev
    ? 'each kind by a file that was trained without it'
    : 'all kinds were trained on, by other pictures'
  const kinds = [...new Set(judged.map(({ frame }) => frame.subject))]
  return [
    row('all', judged, { key: 'video.strange.gated', note }),
    ...kinds.map((kind) => row(kind, judged.filter(({ frame }) => frame.subject === kind), { key: `video.strange.${kind}` })),
  ] // prettier-ignore
}

const CLIPS = [
  { sourceSet: 'DeSmoke-LAP', group: 'laparoscopy elsewhere, hazy', shows: 'laparoscopy' },
  { sourceSet: 'ITKPOCUS', group: 'ultrasound of the eye', shows: 'none' },
] as const

/** Clips of other machines, one frame a second: what they are taken for. */
export async function clipRows({ models, isDev }: EvaluationData, clips: readonly VideoClip[]): Promise<FigureRow[]> {
  const rows: FigureRow[] = []
  for (const { sourceSet, group, shows } of CLIPS) {
    const judged: Judged[] = []
    for (const clip of clips.filter((one) => one.sourceSet === sourceSet)) {
      const frames = await Promise.all((await clipFrames(clip)).map(readFrame))
      for (const answer of await answersOf(models, models.fileFor(clip.subject, isDev), frames))
        judged.push({ isRight: shownBy(answer) === shows, frame: { subject: clip.subject } })
    }
    rows.push(rowOf(`frames of clips taken for ${shows}`, group, judged, rightOf))
  }
  return rows
}

function rightOf(judged: readonly Judged[]): number {
  return shareOf(judged, ({ isRight }) => isRight)
}
