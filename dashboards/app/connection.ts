import { signal } from '@preact/signals'
import { io, type Socket } from 'socket.io-client'
import type { ClientEvents, ServerEvents, WardView } from '../../src/watch/events.ts'
import { clock, serverClock, tick } from './screen-clock.ts'
import { keepToken, token } from './token.ts'

export type Link =
  | { state: 'connecting' | 'live' }
  | { state: 'lost'; sinceMs: number; why: string }
  /** Nobody is signed in: whose screen was live before covers what is old, and sounds. */
  | { state: 'unauthorised'; wasLive: boolean }
export type AnswerOf<E extends keyof ClientEvents> = Parameters<Parameters<ClientEvents[E]>[1]>[0]

/** The server says something every second; after this long without a word nothing on the screen passes for live. */
const SILENCE_MS = 4_000
/** A line that is only slow still brings what is on its way; one that brings nothing for this long is dead. */
const DEAD_MS = 12_000
const ANSWER_MS = 5_000

export const link = signal<Link>({ state: 'connecting' })

export const socket: Socket<ServerEvents, ClientEvents> = io({
  transports: ['websocket', 'polling'],
  auth: (give) => give({ token: token() }),
  reconnectionDelay: 250,
  reconnectionDelayMax: 2_000,
})

let heardMs = clock.monotonicMs()
/** Whether somebody relies on this screen: it was live, and nobody signed out by hand since. */
let reliedOn = false
/** Covered because of silence, on a line that may only be slow. */
let silent = false
let heardAgain: () => void = () => undefined

socket.onAny(() => {
  heardMs = clock.monotonicMs()
  // Until the board has been read anew, what is on the screen is old: `link` turns live in watch.ts.
  if (!silent) return
  silent = false
  heardAgain()
})

/** Calls `read` when a silent line has brought something after all: a new one would have to bring all of it again. */
export function whenHeardAgain(read: () => void): void {
  heardAgain = read
}

socket.on('disconnect', (reason) => {
  silent = false
  const why = reason === 'io server disconnect' ? 'the server closed the connection' : 'the connection broke'
  lose(why)
  if (reason === 'io server disconnect') clock.after(1_000, () => socket.connect())
})

socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
  if (error.data?.code === 'UNAUTHORISED' || error.message === 'UNAUTHORISED') {
    link.value = { state: 'unauthorised', wasLive: reliedOn }
    return
  }
  if (link.peek().state === 'connecting') lose('the server does not answer')
  // A refusal by the server ends socket.io's own tries.
  if (!socket.active) clock.after(2_000, () => socket.connect())
})

tick.subscribe((nowMs) => {
  const silenceMs = nowMs - heardMs
  if (link.peek().state === 'live' && silenceMs > SILENCE_MS) {
    lose('the server has gone silent')
    silent = true
  }
  if (silent && silenceMs > DEAD_MS) {
    silent = false
    socket.disconnect().connect()
  }
})

export function heardServerTime(serverTimeMs: number): void {
  serverClock.observe(serverTimeMs, clock.monotonicMs())
}

/** The board has just been read: what is on the screen is of now. */
export function boardRead(ward: Pick<WardView, 'serverTimeMs'>): void {
  heardMs = clock.monotonicMs()
  heardServerTime(ward.serverTimeMs)
  link.value = { state: 'live' }
  reliedOn = true
}

/** What is on the screen is of before, and the line may be dead without knowing it: covered at once, and read anew. */
export function readAnew(why: string): void {
  if (link.peek().state === 'unauthorised') return
  lose(why)
  socket.disconnect().connect()
}

/** Connects anew, as whoever has just signed in. */
export function comeIn(): void {
  reliedOn = false
  link.value = { state: 'connecting' }
  socket.disconnect().connect()
}

/** Nobody is here any more, by hand: there is nothing to sound for. */
export function leave(): void {
  keepToken('')
  comeIn()
}

/** Asks the server; no answer in time is an answer too. */
export function ask<E extends keyof ClientEvents>(
  event: E,
  request: Parameters<ClientEvents[E]>[0],
): Promise<AnswerOf<E> | { ok: false; code: string; message: string }> {
  return new Promise((resolve) => {
    const noAnswer = { ok: false as const, code: 'NO_ANSWER', message: 'the server did not answer in time' }
    if (!socket.connected) return resolve({ ...noAnswer, message: 'there is no connection to the server' })
    // The event map binds request to event; the overloads of emit with a timeout cannot see that.
    const timed = socket.timeout(ANSWER_MS) as unknown as {
      emit(name: E, request: unknown, done: (error: Error | null, answer: AnswerOf<E>) => void): void
    }
    timed.emit(event, request, (error, answer) => resolve(error === null ? answer : noAnswer))
  })
}

function lose(why: string): void {
  if (link.peek().state !== 'lost' && link.peek().state !== 'unauthorised')
    link.value = { state: 'lost', sinceMs: clock.monotonicMs(), why }
}
