import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import type { FetchTarget } from '../../src/ingest/fetch-target.ts'
import { lossesOf, relocate, type RelocatingAdmin } from '../../src/ingest/offset-out-of-range.ts'

const logger = pino({ level: 'silent' })

/** A reader of `ward-vitals` that asked for an offset; where it was sent. */
function readerAt(position: number, lastMs = 0): { target: FetchTarget; sentTo: number[] } {
  const sentTo: number[] = []
  const state = { position, atEnd: false, isEmpty: true, wantsMore: true, lastMs, take: () => undefined }
  const restart = (to: number): void => void sentTo.push(to)
  return { target: { topic: 'vitals', name: 'ward-vitals', partition: 1, ...state, restart }, sentTo }
}

/** The append time of offset 0; of each other, 1 ms more. */
const FIRST_MS = 100_000

/** Brokers that hold offsets 30 to 50, asked by a client that first stumbles so many times. */
function brokers(stumbles = 0): RelocatingAdmin {
  let left = stumbles
  const stumble = (): void => {
    if (left-- > 0) throw new TypeError("Cannot destructure property 'partitions' of 'low.pop(...)'")
  }
  return {
    fetchTopicOffsets: async () => {
      stumble()
      return [0, 1].map((partition) => ({ partition, offset: '50', high: '50', low: '30' }))
    },
    fetchTopicOffsetsByTimestamp: async (_topic, timeMs = 0) => {
      stumble()
      const offset = String(Math.max(30, Math.min(50, timeMs - FIRST_MS)))
      return [0, 1].map((partition) => ({ partition, offset }))
    },
  }
}

describe('an offset that is not there', () => {
  it('is looked for again at once when the client forgets its topic for a moment', async () => {
    const { target, sentTo } = readerAt(10)
    await relocate(brokers(3), target, logger)
    assert.deepEqual(sentTo, [30])
  })

  it('is where it was when all that lies before had been appended by the time the reader knows, and anew when nothing had', async () => {
    const sent = async (position: number, lastMs: number): Promise<number[]> => {
      const { target, sentTo } = readerAt(position, lastMs)
      await relocate(brokers(2), target, logger)
      return sentTo
    }
    assert.deepEqual(await sent(40, FIRST_MS + 39), [], 'its last record is the newest before')
    assert.deepEqual(await sent(40, FIRST_MS + 48), [], 'it had read further than it goes on from')
    assert.deepEqual(await sent(30, FIRST_MS + 29), [], 'what lay before is removed, and was read')
    assert.deepEqual(await sent(40, FIRST_MS + 29), [30], 'all there is came later')
    assert.deepEqual(await sent(50, FIRST_MS - 5_000), [30])
    assert.deepEqual(await sent(40, 0), [], 'nothing is known')
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
