import type { WardSocket } from './broadcast.ts'
import { boardWaveRoom } from './rooms.ts'

/** The boards that one screen watches: their rooms, and one for each waveform that its tiles draw. */
export class BoardRooms {
  readonly #socket: Pick<WardSocket, 'join' | 'leave'>
  #rooms: readonly string[] = []
  /** Those without the waveforms. */
  boards: readonly string[] = []

  constructor(socket: Pick<WardSocket, 'join' | 'leave'>) {
    this.#socket = socket
  }

  /** Takes the place of the boards before; rooms that both have are not left in between. */
  enter(boards: readonly string[], waveforms: readonly string[]): void {
    const rooms = boards.flatMap((board) => [board, ...waveforms.map((code) => boardWaveRoom(board, code))])
    for (const room of this.#rooms) if (!rooms.includes(room)) void this.#socket.leave(room)
    for (const room of rooms) void this.#socket.join(room)
    this.#rooms = rooms
    this.boards = boards
  }
}
