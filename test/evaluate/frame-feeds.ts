import { FOLLOW_DEFAULTS, followed, type FeedView, PROCEDURES } from '../../src/predict/procedure-feed.ts'
import { auroc } from '../../src/tune/auroc.ts'
import type { FigureRow } from './evaluation.ts'
import { rowOf, shareOf } from './frame-figures.ts'
import { QUESTIONS } from './frame-questions.ts'
import type { ScoredFrame } from './frame-scores.ts'
import type { VideoFrame } from './video-frames.ts'

interface Followed {
  frame: VideoFrame
  view: FeedView
}

const DECIDED_FROM = 0.5

/** What the frames before add, of one video or sequence each. */
export function feedRows(scored: readonly ScoredFrame[]): FigureRow[] {
  const silent = inOrder(scored, FOLLOW_DEFAULTS.newest).filter(({ frame }) => frame.label === 'no_signal')
  const isLost = ({ view }: Followed): boolean => view.procedure === 'laparoscopy' && (view.answer ?? 0) >= DECIDED_FROM
  const measure = 'laparoscopic view lost: share of frames without signal that are answered so'
  const rows = [
    rowOf(measure, 'the frame alone', silent, (some) => shareOf(some, (one) => one.view.isSeen && isLost(one))),
    rowOf(measure, 'with the frames before', silent, (some) => shareOf(some, isLost), {
      key: 'video.viewState.noSignalLost',
      note: 'the procedure held for as long as the video lasts: the frames have an order and no time',
    }),
  ]
  for (const { name, index, task, positive } of QUESTIONS)
    for (const newest of [1, 0.5]) {
      const known = inOrder(scored, newest).filter(
        ({ frame, view }) => frame.task === task && view.isSeen && view.procedure === PROCEDURES[index],
      )
      const ranked = (some: readonly Followed[]): number =>
        auroc(
          some.map(({ frame }) => positive.includes(frame.label)),
          some.map(({ view }) => view.answer ?? NaN),
        )
      const group =
        newest === 1 ? 'those that are answered, frame by frame' : 'those that are answered, half the answer before'
      rows.push(rowOf(`${name}: AUROC`, group, known, ranked))
    }
  return rows
}

function inOrder(scored: readonly ScoredFrame[], newest: number): Followed[] {
  const feeds = new Map<string, FeedView>()
  return scored.map(({ frame, ...answer }, place) => {
    const view = followed(feeds.get(frame.subject) ?? null, answer, place, { newest, holdMs: Infinity })
    feeds.set(frame.subject, view)
    return { frame, view }
  })
}
