import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { KafkaConnection } from '../../src/ingest/kafka-connection.ts'

const API = { key: 1, version: 11 }

/** A broker that does with a request what a test wants. */
async function brokerThat(test: TestContext, answer: (socket: Socket, correlationId: number) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (request) => answer(socket, request.readInt32BE(8)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

function framed(correlationId: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(body.length + 4, 0)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, body])
}

describe('a connection to a Kafka broker', () => {
  it('puts an answer together from whatever pieces it comes in', async (test) => {
    const body = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
    const address = await brokerThat(test, (socket, id) => {
      const bytes = framed(id, body)
      const cuts = [1, 3, 5, 9, 10_000, 10_001, bytes.length]
      let from = 0
      const piece = (): void => {
        const to = cuts.shift()
        if (to === undefined) return
        socket.write(bytes.subarray(from, to), () => setImmediate(piece))
        from = to
      }
      piece()
    })
    const connection = await KafkaConnection.open({ ...address, clock: new SystemClock() })
    for (let round = 0; round < 3; round++) {
      assert.ok((await connection.request(API, 10_000, (to) => to.int32(round))).equals(body))
    }
    connection.close()
  })

  it('is lost when an answer stays away, and says so to who asks later', async (test) => {
    const clock = new ManualClock()
    const address = await brokerThat(test, () => undefined)
    const connection = await KafkaConnection.open({ ...address, clock })
    const answer = connection.request(API, 5_000, () => undefined)
    const rejected = assert.rejects(answer, { code: 'LOG_UNAVAILABLE' })
    clock.advance(5_000)
    await rejected
    await assert.rejects(
      connection.request(API, 5_000, () => undefined),
      { code: 'LOG_UNAVAILABLE' },
    )
  })

  for (const [what, answer] of [
    ['an answer to another request', (id: number) => framed(id + 1, Buffer.alloc(4))],
    ['what is no answer of Kafka', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an answer of a negative length', () => Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ] as const) {
    it(`is lost at ${what}`, async (test) => {
      const address = await brokerThat(test, (socket, id) => void socket.write(answer(id)))
      const connection = await KafkaConnection.open({ ...address, clock: new SystemClock() })
      await assert.rejects(
        connection.request(API, 10_000, () => undefined),
        { code: 'LOG_UNAVAILABLE' },
      )
    })
  }

  it('is lost when the broker closes it, and is not had where nobody listens', async (test) => {
    const address = await brokerThat(test, (socket) => socket.destroy())
    const connection = await KafkaConnection.open({ ...address, clock: new SystemClock() })
    await assert.rejects(
      connection.request(API, 10_000, () => undefined),
      { code: 'LOG_UNAVAILABLE' },
    )
    await assert.rejects(KafkaConnection.open({ host: '127.0.0.1', port: 1, clock: new SystemClock() }), {
      code: 'LOG_UNAVAILABLE',
    })
  })
})
