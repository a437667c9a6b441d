import { createRequire } from 'node:module'

/** What is used of kafkajs's queue of the requests on one connection. */
export interface RequestQueue {
  pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }
const { scheduleCheckPendingRequests } = prototype

/**
 * kafkajs 2.2.4 looks for waiting requests a thousand times a second on every connection, from the first answer on: it sets the timer
 * to the end of a throttle that lies in 1970, and again when it has rung. Where nothing waits there is nothing to look for, and
 * whatever begins to wait sets the timer itself.
 */
prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this)
}
