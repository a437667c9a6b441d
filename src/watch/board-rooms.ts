import type { WardSocket } from './broadcast.ts'
import { boardWaveRoom } from './rooms.ts'

/** The board that one screen watches: its room, and one for each waveform that its tiles draw. */
export class BoardRooms {
  readonly #socket: Pick<WardSocket, 'join' | 'leave'>
  #rooms: readonly string[] = []

  constructor(socket: Pick<WardSocket, 'join' | 'leave'>) {
    this.#socket = socket
  }

  /** Takes the place of the board before; rooms that both have are not left in between. */
  enter(board: string, waveforms: readonly string[]): void {
    const rooms = [board, ...waveforms.map((code) => boardWaveRoom(board, code))]
    for (const room of this.#rooms) if (!rooms.includes(room)) void this.#socket.leave(room)
    for (const room of rooms) void this.#socket.join(room)
    this.#rooms = rooms
  }
}
