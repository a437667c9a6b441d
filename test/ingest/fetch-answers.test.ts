import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AnswerBuffers } from '../../src/ingest/answer-buffers.ts'
import { openAnswers } from '../../src/ingest/fetch-answers.ts'
import { FetchBudget } from '../../src/ingest/fetch-budget.ts'
import type { FetchedPartition } from '../../src/ingest/fetch-response.ts'
import type { FetchTarget } from '../../src/ingest/fetch-target.ts'
import { batchBytes } from './record-batch-bytes.ts'

function targetOf(partition: number): FetchTarget {
  const nothing = (): void => undefined
  const state = { position: 0, atEnd: false, isEmpty: true, wantsMore: true, lastMs: 0 }
  return { topic: 'vitals', name: 'vitals', partition, ...state, take: nothing, restart: nothing }
}

const batch = (bytes: number): Buffer => batchBytes([{ offset: 0, key: 'a', value: Buffer.alloc(bytes) }])

/** Opens an answer that holds these sections, one a partition; `stableEnd` lies behind what came. */
async function opened(sections: readonly Buffer[], stableEnd = 10, buffers: AnswerBuffers | null = null) {
  const whole = Buffer.concat(sections)
  const response = buffers?.take(whole.length) ?? Buffer.alloc(whole.length)
  whole.copy(response)
  const budget = new FetchBudget()
  let at = 0
  const partitions = sections.map((section, partition): FetchedPartition => {
    const start = at
    at += section.length
    return { name: 'vitals', partition, errorCode: 0, stableEnd, aborted: [], start, end: at }
  })
  const asked = sections.map((_, partition) => ({ target: targetOf(partition), position: 0 }))
  const answers = await openAnswers(response, partitions, asked, { budget, buffers })
  return { response, budget, answers }
}

describe('the answer to a fetch', () => {
  it('counts until the last of those who look into it has let go, once, however many they are', async () => {
    const { response, budget, answers } = await opened([batch(60_000), batch(50_000), batch(1_000)])
    const [large, second, small] = answers.opened
    assert.ok(large !== undefined && second !== undefined && small !== undefined)
    const small0 = small.batches[0]?.bytes ?? Buffer.alloc(0)
    assert.equal(budget.heldBytes, response.length + small0.length)
    assert.equal(large.batches[0]?.bytes.buffer, response.buffer)
    assert.notEqual(small0.buffer, response.buffer, 'a small part does not keep the whole')
    small.release('read')
    assert.equal(budget.heldBytes, response.length)
    large.release('read')
    assert.equal(budget.heldBytes, response.length)
    second.release('read')
    assert.equal(budget.heldBytes, 0)
  })

  it('gives way to the next when all of it was read, and never when some was dropped', async () => {
    const buffers = new AnswerBuffers()
    const sections = [batch(300_000), batch(290_000)]
    for (const second of ['read', 'dropped'] as const) {
      const { response, answers } = await opened(sections, 10, buffers)
      answers.opened[0]?.release('read')
      assert.notEqual(buffers.take(400_000).buffer, response.buffer, 'somebody still looks at the other part')
      answers.opened[1]?.release(second)
      const isReused = buffers.take(500_000).buffer === response.buffer
      assert.equal(isReused, second === 'read')
    }
  })

  it('gets a buffer of its own when it is small, for many may wait, or larger than any that was asked for', () => {
    const buffers = new AnswerBuffers()
    for (const bytes of [1, 100_000, 10_000_000]) {
      const answer = buffers.take(bytes)
      assert.equal(answer.length, bytes)
      assert.equal(answer.buffer.byteLength, bytes)
      buffers.give(answer)
      assert.notEqual(buffers.take(bytes).buffer, answer.buffer)
    }
  })

  it('says that a partition has come to its end only when nothing can have been left out for lack of room', async () => {
    const ends = async (...args: Parameters<typeof opened>) =>
      (await opened(...args)).answers.opened.map(({ atEnd, isCramped }) => ({ atEnd, isCramped }))
    const there = { atEnd: true, isCramped: false }
    const more = { atEnd: false, isCramped: false }
    assert.deepEqual(await ends([batch(100)], 1), [there])
    assert.deepEqual(await ends([batch(100)], 2), [more])
    assert.deepEqual(await ends([batch(100), Buffer.alloc(0)], 1), [there, more], 'its batch may not have fitted')
    const nothing = [Buffer.alloc(0), Buffer.alloc(0)]
    assert.deepEqual(await ends(nothing, 1), [there, there], 'the first in an answer always fits')
    assert.deepEqual(await ends([batch(9_000), batch(9_000).subarray(0, 5_000)], 1), [
      there,
      { atEnd: false, isCramped: true },
    ])
  })
})
