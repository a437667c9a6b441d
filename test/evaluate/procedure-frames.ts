import { join } from 'node:path'
import { auroc } from '../../src/tune/auroc.ts'
import type { Evaluation, EvaluationData, FigureRow } from './evaluation.ts'
import { feedRows } from './frame-feeds.ts'
import { isThere, rowOf } from './frame-figures.ts'
import { QUESTIONS, questionRows } from './frame-questions.ts'
import { scoreBySubject, type ScoredFrame, scoreWith } from './frame-scores.ts'
import { clipRows, strangeRows } from './frame-strangers.ts'
import { readProcedureVideo, type VideoFrame } from './video-frames.ts'

/** Frames of procedure video: is the view lost, is an instrument there, is the lung abnormal, and what is none of these at all. */
export const procedureFrames: Evaluation = {
  name: 'procedure-frames',
  async run(data, say) {
    const video = await readProcedureVideo(join(data.folder, 'video'))
    if (video === null) return []
    const scored = await scoreBySubject(data.models, video.frames, data.isDev)
    say(`${scored.length} frames of procedure video`)
    const rows = [
      ...QUESTIONS.flatMap((question) => questionRows(question, scored, data.isDev)),
      await newPatientRow(data, video.frames),
      ...feedRows(scored),
      ...(await strangeRows(data)),
      ...(await clipRows(data, video.clips)),
    ]
    return rows.filter(isThere)
  },
}

/**
 * Both patients of laryngoscopy are in the dev and in the kept-back data, by other sequences. Of the first patient the dev data have one
 * sequence, and the file that was trained without its fold has seen nothing of him: on any data it gives the figure for a new patient.
 */
const NEW_PATIENT = { prefix: 'patient1/', file: 'held-out/fold-2.onnx.gz' }

async function newPatientRow({ models }: EvaluationData, frames: readonly VideoFrame[]): Promise<FigureRow> {
  const his = frames.filter(({ subject }) => subject.startsWith(NEW_PATIENT.prefix))
  const ranked = (some: readonly ScoredFrame[]): number =>
    auroc(
      some.map(({ frame }) => frame.label === 'instrument'),
      some.map(({ answers }) => answers[1] ?? NaN),
    )
  const scored = await scoreWith(models, NEW_PATIENT.file, his)
  return rowOf('instrument in laryngoscopy: AUROC', 'a patient of whom the file has seen nothing', scored, ranked, {
    key: 'video.instrumentPresent.newPatient.auroc',
    note: `scored by ${NEW_PATIENT.file}, interval by sequence`,
  })
}
