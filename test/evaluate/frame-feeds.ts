import { FOLLOW_DEFAULTS, followed, type FeedView } from '../../src/predict/procedure-feed.ts'
import { auroc } from './auroc.ts'
import type { FigureRow } from './evaluation.ts'
import { rowOf, shareOf, withinOne } from './frame-figures.ts'
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
  for (const newest of [1, 0.5]) {
    const tools = inOrder(scored, newest).filter(
      ({ frame, view }) => frame.task === 'instrument_present' && view.procedure === 'laryngoscopy' && view.isSeen,
    )
    const group = newest === 1 ? 'frame by frame' : 'half the frame, half the answer before'
    rows.push(rowOf('instrument in laryngoscopy: AUROC within a sequence, where known', group, tools, within))
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

function within(rows: readonly Followed[]): number {
  return withinOne(rows, (one) =>
    auroc(
      one.map(({ frame }) => frame.label === 'instrument'),
      one.map(({ view }) => view.answer ?? NaN),
    ),
  )
}
