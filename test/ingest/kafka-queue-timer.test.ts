import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import '../../src/ingest/kafka-client.ts'
import type { RequestQueue } from '../../src/ingest/kafka-queue-timer.ts'

interface Queue extends RequestQueue {
  throttleCheckTimeoutId: unknown
  push(request: { entry: object; expectResponse: boolean; sendRequest: () => void }): void
  fulfillRequest(response: { correlationId: number; size: number; payload: null }): void
  maybeThrottle(forMs: number): void
  destroy(): void
}

const Made = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (options: object) => Queue

function queue(maxInFlightRequests: number): {
  queue: Queue
  sent: number[]
  push(correlationId: number): Promise<void>
} {
  const silent = () => undefined
  const logger = { namespace: () => logger, debug: silent, warn: silent }
  const made = new Made({ maxInFlightRequests, requestTimeout: 30_000, clientId: '', broker: '', logger })
  const sent: number[] = []
  const push = (correlationId: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const sendRequest = (): void => {
        sent.push(correlationId)
        resolve()
      }
      const entry = { correlationId, resolve: silent, reject }
      made.push({ entry, expectResponse: true, sendRequest })
    })
  return { queue: made, sent, push }
}

const answer = (correlationId: number) => ({ correlationId, size: 0, payload: null })

describe('the requests of a connection', () => {
  it('leave no timer behind when all are answered', async () => {
    const { queue: one, push } = queue(2)
    await push(1)
    one.fulfillRequest(answer(1))
    assert.equal(one.throttleCheckTimeoutId, null)
  })

  it('are sent in their order, each when there is room', async () => {
    const { queue: one, sent, push } = queue(1)
    const all = [1, 2, 3].map(push)
    assert.deepEqual(sent, [1])
    one.fulfillRequest(answer(1))
    one.fulfillRequest(answer(2))
    await Promise.all(all)
    assert.deepEqual(sent, [1, 2, 3])
    one.destroy()
  })

  it('are sent at the end of a throttle, though nothing else happens', async () => {
    const { queue: one, sent, push } = queue(2)
    one.maybeThrottle(20)
    const throttled = push(1)
    assert.deepEqual(sent, [])
    await throttled
    assert.deepEqual(sent, [1])
    one.destroy()
  })
})
