import { connect, type Socket } from 'node:net'

export interface BrokerAddress {
  host: string
  port: number
}

const CONNECT_MS = 3_000

/** Connects to a broker's address and leaves again, or rejects with the system's code, such as ECONNREFUSED. */
export function reachBroker({ host, port }: BrokerAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host, port, timeout: CONNECT_MS })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
