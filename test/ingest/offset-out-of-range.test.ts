import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { type FetchTarget } from '../../src/ingest/fetch-target.ts'
import { lossesOf, relocate } from '../../src/ingest/offset-out-of-range.ts'

const logger = pino({ level: 'silent' })

/** A reader of `ward-vitals` that asked for an offset; where it was sent. */
function readerAt(position: number): { target: FetchTarget; sentTo: number[] } {
  const sentTo: number[] = []
  const state = { position, atEnd: false, isEmpty: true, wantsMore: true, lastMs: 0, take: () => undefined }
  const restart = (to: number): void => void sentTo.push(to)
  return { target: { topic: 'vitals', name: 'ward-vitals', partition: 1, ...state, restart }, sentTo }
}

/** Brokers that hold offsets 30 to 50, asked by a client that first stumbles so many times. */
function brokers(stumbles = 0): { fetchTopicOffsets: (topic: string) => Promise<Bounds[]> } {
  let left = stumbles
  return {
    fetchTopicOffsets: async () => {
      if (left-- > 0) throw new TypeError("Cannot destructure property 'partitions' of 'low.pop(...)'")
      return [0, 1].map((partition) => ({ partition, offset: '50', high: '50', low: '30' }))
    },
  }
}
interface Bounds {
  partition: number
  offset: string
  high: string
  low: string
}

describe('an offset that is not there', () => {
  it('is looked for again at once when the client forgets its topic for a moment', async () => {
    const { target, sentTo } = readerAt(10)
    await relocate(brokers(3), target, logger)
    assert.deepEqual(sentTo, [30])
  })

  it('counts what was removed for the group that had not read it, and what is unknown not at all', async () => {
    const lost: unknown[] = []
    const onLost = lossesOf('vigil-join', ['vitals', 'alerts'], (...loss) => void lost.push(loss))
    assert.deepEqual(
      lost,
      [
        ['vigil-join', 'vitals', 0],
        ['vigil-join', 'alerts', 0],
      ],
      'it begins with nought, so that the first loss is a rise',
    )
    const sent: number[][] = []
    for (const position of [10, 30, 50, 90]) {
      const { target, sentTo } = readerAt(position)
      await relocate(brokers(), target, logger, onLost)
      sent.push(sentTo)
    }
    assert.deepEqual(sent, [[30], [], [], [30]])
    assert.deepEqual(lost.slice(2), [['vigil-join', 'vitals', 20]])
  })
})
