import { io } from 'socket.io-client'
import { SystemClock } from '../../src/clock.ts'
import type { AlertView, ClientEvents } from '../../src/watch/events.ts'
import type { Screen } from '../live/ward-process.ts'
import type { Sighting } from './live-ward.ts'

/** The alerts that are measured; what else the ward says is only part of its life. */
export const MEASURED = 'limit:spo2:low'
/** A nurse is quick: an answered alert is over when the value is back. */
const ANSWERED_AFTER_MS = 1_000
const clock = new SystemClock()

type BoardWaveforms = Parameters<ClientEvents['watch']>[0]['waveforms']

/** Screens without a page: they watch the board with its waveforms and unpack all that comes. The first answers the alerts. */
export class SocketScreens {
  /** What each has seen. */
  readonly seen: Sighting[][] = []
  /** When the log took what the first has seen. */
  readonly raised: Sighting[] = []
  /** Waveforms that came to the first. */
  waveforms = 0
  readonly #sockets: Screen[] = []

  static async open(address: string, count: number, waveforms: readonly string[]): Promise<SocketScreens> {
    const screens = new SocketScreens()
    for (let screen = 0; screen < count; screen++) {
      const socket: Screen = io(address, { transports: ['websocket'], forceNew: true })
      await new Promise<void>((resolve) => socket.once('connect', resolve))
      screens.#take(socket)
      await socket.emitWithAck('watch', { waveforms: [...waveforms] as NonNullable<BoardWaveforms> })
    }
    return screens
  }

  close(): void {
    for (const socket of this.#sockets) socket.disconnect()
  }

  #take(socket: Screen): void {
    const seen: Sighting[] = []
    const known = new Set<string>()
    const isFirst = this.#sockets.length === 0
    this.#sockets.push(socket)
    this.seen.push(seen)
    if (isFirst) socket.on('waveform', () => this.waveforms++)
    socket.on('alert', ({ alertId, patientId, condition, raisedAppendTimeMs = NaN }: AlertView) => {
      if (condition !== MEASURED || known.has(alertId)) return
      known.add(alertId)
      seen.push({ patientId, atMs: clock.nowMs() })
      if (!isFirst) return
      this.raised.push({ patientId, atMs: raisedAppendTimeMs })
      clock.after(ANSWERED_AFTER_MS, () => socket.emit('acknowledge', { alertId }, () => undefined))
    })
  }
}
