/**
 * The client forgets topics for a moment while another request of the same admin renews what it knows of the cluster (#461):
 * then it stumbles, or answers that nothing was committed. Who starts reading must neither wait for that nor believe it.
 */
const MOST_ASKED = 10

/** Asks until the answer is whole. A client that stumbles has a bug of its own; whatever else it says of brokers is true. */
export async function askedAgain<T>(ask: () => Promise<T>, isWhole: (answer: T) => boolean = () => true): Promise<T> {
  for (let askedTimes = 1; ; askedTimes++) {
    try {
      const answer = await ask()
      if (isWhole(answer)) return answer
      if (askedTimes === MOST_ASKED) throw new Error('the answer lacks topics that were asked for')
    } catch (error) {
      if (!(error instanceof TypeError) || askedTimes === MOST_ASKED) throw error
    }
  }
}
