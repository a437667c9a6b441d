/** What the outputs of procedure-view say of one frame. */
export interface FrameAnswer {
  /** probabilities of PROCEDURES */
  procedure: ArrayLike<number>
  /** probabilities of lost, present, abnormal, each given that the frame is of its procedure */
  answers: ArrayLike<number>
}

/** In the order of the model's outputs. */
export const PROCEDURES = ['laparoscopy', 'laryngoscopy', 'lung_ultrasound', 'none'] as const
export type Procedure = (typeof PROCEDURES)[number]

const NONE: Procedure = 'none'

export interface FollowSettings {
  /**
   * How much of an answer is the new frame's, the rest the answer before (exponential smoothing of the logit): 1 is off. Off is the default:
   * on the sequences with labels it gained nothing.
   */
  newest: number
  /** For how long a feed that shows nothing any more is still the procedure that it showed. */
  holdMs: number
}

export const FOLLOW_DEFAULTS: FollowSettings = { newest: 1, holdMs: 120_000 }

/** What is known of a feed from the frames before. */
export interface FeedView {
  /** what it shows or, for a while, showed last */
  procedure: Procedure
  /** whether the newest frame itself shows it */
  isSeen: boolean
  /** event time of the last frame that showed it */
  seenAtMs: number
  /** probability of the positive answer to its procedure's question; null where no procedure is known */
  answer: number | null
}

/**
 * The feed's view after one more frame, in order of event time. A single black frame is of no procedure; in the middle of a laparoscopy it
 * is a lost view, and that is what this adds. The other questions have no answer without a picture.
 */
export function followed(
  before: FeedView | null,
  { procedure, answers }: FrameAnswer,
  atMs: number,
  { newest, holdMs }: FollowSettings = FOLLOW_DEFAULTS,
): FeedView {
  const shown = likeliest(procedure)
  if (shown === NONE) {
    const isHeld = before !== null && before.procedure !== NONE && atMs - before.seenAtMs <= holdMs
    if (!isHeld) return { procedure: NONE, isSeen: false, seenAtMs: atMs, answer: null }
    const lost = before.procedure === 'laparoscopy' ? (answers[0] ?? null) : null
    return { ...before, isSeen: false, answer: lost }
  }
  const answer = answers[PROCEDURES.indexOf(shown)] ?? null
  const earlier = before?.procedure === shown ? before.answer : null
  return { procedure: shown, isSeen: true, seenAtMs: atMs, answer: smoothed(earlier, answer, newest) }
}

function likeliest(probabilities: ArrayLike<number>): Procedure {
  let best: Procedure = NONE
  let most = 0
  for (const [index, name] of PROCEDURES.entries())
    if ((probabilities[index] ?? 0) > most) [best, most] = [name, probabilities[index] ?? 0]
  return best
}

function smoothed(earlier: number | null, now: number | null, newest: number): number | null {
  if (earlier === null || now === null) return now
  return logistic(newest * logit(now) + (1 - newest) * logit(earlier))
}

/** Kept off the ends, from which no later frame would bring it back. */
function logit(probability: number): number {
  const held = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  return Math.log(held / (1 - held))
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
