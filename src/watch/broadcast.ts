import type { Server, Socket } from 'socket.io'
import type { Metrics } from '../metrics.ts'
import type { Identity } from './access.ts'
import type { ClientEvents, ServerEvents } from './events.ts'
import { playingRoom } from './rooms.ts'

/** Who sat down at a screen, as the handshake showed it. */
export interface ScreenData {
  identity: Identity
}

export type WardServer = Server<ClientEvents, ServerEvents, Record<string, never>, ScreenData>
export type WardSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, ScreenData>

type Payload<E extends keyof ServerEvents> = Parameters<ServerEvents[E]>[0]
/** The one thing used of Socket.IO's operators here; its own type does not follow a generic event name. */
type Emit = (event: string, payload: unknown) => boolean

/** Sends updates to rooms. An update is encoded once, however many screens get it. */
export class Broadcast {
  readonly #io: WardServer
  readonly #metrics: Metrics
  readonly #slow = new Set<string>()

  constructor(io: WardServer, metrics: Metrics) {
    this.#io = io
    this.#metrics = metrics
  }

  /** Takes note that a screen's connection is behind, or no longer is. */
  slow(socketId: string, slow: boolean): void {
    if (slow) this.#slow.add(socketId)
    else this.#slow.delete(socketId)
  }

  watched(room: string): boolean {
    return this.#io.sockets.adapter.rooms.has(room)
  }

  /** Alerts and what else must arrive: it waits for a slow screen. */
  send<E extends keyof ServerEvents>(rooms: string | string[], event: E, payload: Payload<E>): void {
    const to = this.#io.to(rooms)
    ;(to.emit as Emit).call(to, event, payload)
  }

  /** As `send`, but not to screens that play back this patient: playback and live are never mixed. */
  sendOfBed<E extends keyof ServerEvents>(patientId: string, rooms: string[], event: E, payload: Payload<E>): void {
    const to = this.#io.to(rooms).except(playingRoom(patientId))
    ;(to.emit as Emit).call(to, event, payload)
  }

  /** What the next of its kind replaces: slow screens miss it, and that is counted. */
  offer<E extends keyof ServerEvents>(room: string, event: E, payload: Payload<E>): void {
    const to = this.#io.to(room).except(this.#slowIn([room]))
    ;(to.emit as Emit).call(to, event, payload)
  }

  /** As `offer`, but not to screens that play back this patient. */
  offerOfBed<E extends keyof ServerEvents>(patientId: string, rooms: string[], event: E, payload: Payload<E>): void {
    const to = this.#io.to(rooms).except([playingRoom(patientId), ...this.#slowIn(rooms)])
    ;(to.emit as Emit).call(to, event, payload)
  }

  #slowIn(rooms: readonly string[]): string[] {
    if (this.#slow.size === 0) return []
    const { rooms: members } = this.#io.sockets.adapter
    const slow = [...this.#slow].filter((id) => rooms.some((room) => members.get(room)?.has(id) === true))
    this.#metrics.volatileDropped.inc(slow.length)
    return slow
  }
}
