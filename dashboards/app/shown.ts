import { effect, untracked } from '@preact/signals'
import type { AlertView } from '../../src/watch/events.ts'
import type { ScreenUse } from '../../src/watch/shown.ts'
import { sound } from '../ward/alarm-sound.ts'
import { chosenUnit } from '../ward/board-choices.ts'
import { ask, link, socket } from './connection.ts'
import { everyBeat } from './heart-beat.ts'
import { kioskUnit } from './kiosk.ts'
import { mayDo } from './me.ts'
import { clock, serverNowMs } from './screen-clock.ts'

/** The server believes for 5 s that what was said is still on the page. */
const SAY_EVERY_MS = 2_000
const MOST_IN_ONE = 500

/** Transitions that came while the page could be seen, and others; both not yet said. */
const fresh = new Set<string>()
const other = new Set<string>()
let asked = false
let saidMs = -Infinity

export function isOnView(): boolean {
  return document.visibilityState === 'visible' && link.peek().state === 'live'
}

/** A transition is on the page from the next frame on. */
export function alertCame({ mode, transitionId }: AlertView): void {
  if (mode !== 'live') return
  ;(isOnView() ? fresh : other).add(transitionId)
  sayAfterFrame()
}

/** A board has come: to the server this connection has shown nothing yet. */
export function boardCame(standing: readonly AlertView[]): void {
  fresh.clear()
  other.clear()
  for (const { transitionId } of standing) other.add(transitionId)
  sayAfterFrame()
}

export function startSaying(): void {
  everyBeat(() => {
    if (clock.monotonicMs() - saidMs >= SAY_EVERY_MS) sayAfterFrame()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') sayAfterFrame()
    else sayHidden()
  })
  // Others are told at once that this screen would be heard, or would not be any more.
  effect(() => {
    use()
    untracked(() => (isOnView() ? sayAfterFrame() : sayHidden()))
  })
}

/** A wall screen's unit is that of its board, which the server knows. */
function use(): ScreenUse {
  const wall = kioskUnit.value !== null
  const unitId = wall ? '' : chosenUnit.value
  return { sound: sound.value === 'on', wall, ...(unitId !== '' && { unitId }) }
}

function sayHidden(): void {
  if (socket.connected && mayDo('see-patients'))
    void ask('shown', { visible: false, painted: [], standing: [], use: use() })
}

/** In the second frame from now the first has been painted. A page that is not painted is not called, and says nothing. */
function sayAfterFrame(): void {
  if (asked || !isOnView()) return
  asked = true
  requestAnimationFrame(() => {
    const ids = [...fresh]
    const others = [...other]
    requestAnimationFrame(() => {
      asked = false
      if (isOnView()) say(ids, others)
      if (fresh.size + other.size > 0) sayAfterFrame()
    })
  })
}

function say(ids: readonly string[], others: readonly string[]): void {
  saidMs = clock.monotonicMs()
  const atMs = Math.round(serverNowMs(saidMs))
  const painted = ids.slice(0, MOST_IN_ONE).map((id) => ({ id, atMs }))
  const standing = others.slice(0, MOST_IN_ONE)
  for (const id of ids.slice(0, MOST_IN_ONE)) fresh.delete(id)
  for (const id of standing) other.delete(id)
  void ask('shown', { visible: true, painted, standing, use: use() })
}
