import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { KafkaOffsets, type OffsetsAdmin } from '../../src/ingest/kafka-offsets.ts'

const PARTITIONS = [0, 1]
const TOPICS = ['vitals', 'predictions'] as const

/** Answers so many times as kafkajs does while another request of the same admin renews what it knows of the cluster. */
class StumblingAdmin {
  asked = 0
  #times: number

  constructor(times: number) {
    this.#times = times
  }

  readonly admin: OffsetsAdmin = {
    fetchTopicOffsets: async () => {
      if (this.#stumbles()) throw new TypeError("Cannot destructure property 'partitions' of 'low.pop(...)'")
      return PARTITIONS.map((partition) => ({ partition, offset: '9', high: '9', low: '3' }))
    },
    fetchTopicOffsetsByTimestamp: async () => {
      if (this.#stumbles()) throw new TypeError("Cannot destructure property 'partitions' of 'high.pop(...)'")
      return PARTITIONS.map((partition) => ({ partition, offset: '5' }))
    },
    fetchOffsets: async ({ topics = [] }) => {
      const [blind] = this.#stumbles() ? topics : []
      return topics.map((topic) => {
        const partitions = topic === blind ? [] : PARTITIONS
        return { topic, partitions: partitions.map((partition) => ({ partition, offset: '7', metadata: null })) }
      })
    },
  }

  #stumbles(): boolean {
    this.asked++
    return this.#times-- > 0
  }
}

function offsetsOf(stumbling: StumblingAdmin): KafkaOffsets {
  return new KafkaOffsets(stumbling.admin, 'ward-', pino({ level: 'silent' }))
}

describe('offsets of a client that forgets topics for a moment', () => {
  it('say how far behind a group is, over all topics', async () => {
    const group = { group: 'vigil-join', topics: TOPICS, from: 'beginning' } as const
    for (const times of [0, 3]) {
      const behind = await offsetsOf(new StumblingAdmin(times)).behind(group)
      assert.deepEqual(
        [...behind],
        [
          [0, 4],
          [1, 4],
        ],
      )
    }
  })

  it('are asked for again at once, and reading does not begin anew where something was committed', async () => {
    for (let times = 0; times <= 5; times++) {
      const starts = await offsetsOf(new StumblingAdmin(times)).ofGroup({
        group: 'vigil-raise',
        topics: TOPICS,
        tables: [],
        from: 'beginning',
        partitions: PARTITIONS,
      })
      for (const partition of PARTITIONS)
        for (const topic of TOPICS) assert.deepEqual(starts.get(partition)?.get(topic), { position: 7, end: 9 })
    }
  })

  it('begin anew where all there is came after what the group had read by its commit, and say how new that was elsewhere', async () => {
    const { admin } = new StumblingAdmin(0)
    const group = { group: 'vigil-join', topics: ['vitals' as const], tables: [], from: 'beginning' as const }
    // Offset 3 is the oldest; those from 5 on came after 1000, or all of them.
    for (const [lastMs, firstSince, expected] of [
      ['1000', '5', { position: 7, end: 9, lastMs: 1_000 }],
      ['1000', '3', { position: 3, end: 9 }],
      ['0', '3', { position: 7, end: 9 }],
      ['of another client', '3', { position: 7, end: 9 }],
    ] as const) {
      const committed: OffsetsAdmin = {
        ...admin,
        fetchOffsets: async ({ topics = [] }) =>
          topics.map((topic) => ({ topic, partitions: [{ partition: 1, offset: '7', metadata: lastMs }] })),
        fetchTopicOffsetsByTimestamp: async (_topic, timeMs = 0) =>
          PARTITIONS.map((partition) => ({ partition, offset: timeMs > 1_000 ? firstSince : '3' })),
      }
      const offsets = new KafkaOffsets(committed, 'ward-', pino({ level: 'silent' }))
      const starts = await offsets.ofGroup({ ...group, partitions: [1] })
      assert.deepEqual(starts.get(1)?.get('vitals'), expected)
    }
  })

  it('are asked for again by who reads to the end, and by who reads from a time on', async () => {
    assert.deepEqual(await offsetsOf(new StumblingAdmin(3)).ends('vitals', 2), [9, 9])
    const since = await offsetsOf(new StumblingAdmin(3)).ofFollower(['vitals'], { sinceMs: 1 }, PARTITIONS)
    assert.deepEqual(since.get(1)?.get('vitals'), { position: 5, end: 9 })
  })

  it('are the log being away where the client never comes to itself', async () => {
    const stumbling = new StumblingAdmin(Infinity)
    await assert.rejects(offsetsOf(stumbling).committed('vigil-join', TOPICS), { code: 'LOG_UNAVAILABLE' })
    await assert.rejects(offsetsOf(stumbling).ends('vitals', 2), { code: 'LOG_UNAVAILABLE' })
    assert.equal(stumbling.asked, 20)
  })

  it('are not asked for again when the brokers are the reason', async () => {
    let asked = 0
    const { admin } = new StumblingAdmin(0)
    const away: OffsetsAdmin = {
      ...admin,
      fetchTopicOffsets: async () => {
        asked++
        throw new Error('connection refused')
      },
    }
    const offsets = new KafkaOffsets(away, 'ward-', pino({ level: 'silent' }))
    await assert.rejects(offsets.ends('vitals', 2), { code: 'LOG_UNAVAILABLE' })
    assert.equal(asked, 1)
  })
})
