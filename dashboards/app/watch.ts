import { effect } from '@preact/signals'
import type { Bed } from '../ward/bed.ts'
import { drawnWaves } from '../ward/board-choices.ts'
import { stripsGiveWay } from '../ward/strip-loop.ts'
import { WardModel } from '../ward/ward-model.ts'
import * as away from './away.ts'
import { showGathered, together } from './gathered.ts'
import { ask, boardRead, heardServerTime, link, readAnew, socket, whenHeardAgain } from './connection.ts'
import { kioskUnit } from './kiosk.ts'
import { askWhoIsHere, mayDo, me } from './me.ts'
import { clock, serverNowMs } from './screen-clock.ts'
import { route } from './router.ts'
import { noticeFailure } from './notice.ts'
import { alertCame, boardCame, isOnView, startSaying } from './shown.ts'
import { whenWoken } from './wake.ts'

export const ward = new WardModel()

const SEEN_EVERY_MS = 1_000

const now = (): number => clock.monotonicMs()
let boardAsked = false
let askAgain = false

/** Reads the whole board, with the transitions this screen missed; then the bed that is on show, whose waveforms come with it. */
async function watchBoard(): Promise<void> {
  askAgain = boardAsked
  if (boardAsked) return
  boardAsked = true
  try {
    const unit = kioskUnit.peek()
    const answer = await ask('watch', {
      ...(unit !== null && unit !== '' && { unitId: unit }),
      sinceBedSequence: { ...away.seenSequences(), ...ward.sequences() },
      waveforms: [...drawnWaves.peek()],
    })
    if (!answer.ok) {
      if (!socket.connected) return
      noticeFailure('The board could not be read', answer)
      clock.after(1_000, () => void watchBoard())
      return
    }
    showGathered()
    const missed = ward.missed(answer.missed)
    ward.takeBoard(answer.ward, now(), true)
    boardRead(answer.ward)
    boardCame(ward.standing.peek())
    if (missed.length > 0) away.unseenCame(missed)
    comeBack()
    await watchBed()
  } finally {
    boardAsked = false
    if (askAgain) void watchBoard()
  }
}

async function watchBed(): Promise<void> {
  const place = route.peek()
  const patientId = place.door === 'bed' ? place.patientId : null
  if (patientId === null) return
  const answer = await ask('watch', { patientId })
  if (!answer.ok) return
  const view = answer.ward.beds.find((bed) => bed.patientId === patientId)
  if (view === undefined) return
  showGathered()
  ward.takeBed(view, now())
}

/** A board that has been read and can be seen: whoever looks is told what was raised while nobody did. */
function comeBack(): void {
  if (isOnView()) away.back(serverNowMs(now()))
  noteSeen()
}

/** Takes note of what a person can see, so that a reload or a sleep knows from where it missed anything. */
function noteSeen(): void {
  if (isOnView()) away.saw(serverNowMs(now()), ward.sequences())
}

/** Missed transitions are fetched by reading the board again. */
function missed(): void {
  void watchBoard()
}

/** Who sees no patients has a screen all the same: it is live as soon as the system says how it is. */
async function arrive(): Promise<void> {
  const here = await askWhoIsHere()
  if (here !== null) away.belongsTo(here.id)
  if (mayDo('see-patients')) await watchBoard()
  else ward.takeNobody()
}

export function startWatching(): void {
  socket.on('connect', () => void arrive())
  socket.on('disconnect', () => away.leave())
  whenHeardAgain(() => {
    away.leave()
    void watchBoard()
  })
  socket.on('ward', (view) => {
    showGathered()
    ward.takeBoard(view, now(), false)
  })
  socket.on('bed', (view) => {
    showGathered()
    ward.takeBed(view, now())
  })
  socket.on('system', (system) => {
    heardServerTime(system.serverTimeMs)
    ward.system.value = system
    if (link.peek().state !== 'live' && me.peek() !== null && !mayDo('see-patients')) boardRead(system)
  })
  const onBed = (update: Parameters<typeof ward.target>[0], show: (bed: Bed, arrivedMs: number) => void): void => {
    const [bed, arrivedMs] = [ward.target(update), now()]
    if (bed !== undefined) together(() => show(bed, arrivedMs))
  }
  socket.on('vitals', (update) => onBed(update, (bed, arrivedMs) => bed.vitals(update, arrivedMs)))
  socket.on('waveform', (update) => ward.target(update)?.waves.take(update, now()))
  socket.on('heart-sound', (update) => ward.target(update)?.heard(update, now()))
  socket.on('frame', (update) => onBed(update, (bed, arrivedMs) => bed.framed(update, arrivedMs)))
  socket.on('prediction', (update) => onBed(update, (bed) => bed.predicted(update)))
  socket.on('window', (update) => onBed(update, (bed) => (bed.lastWindow.value = update)))
  const lookAwake = whenWoken(() => {
    away.leave()
    readAnew('this screen was asleep')
  })
  socket.on('alert', (alert) => {
    lookAwake()
    if (alert.mode === 'live' && !isOnView()) away.unseenCame([alert])
    if (alert.mode === 'live') away.ended(alert)
    alertCame(alert)
    stripsGiveWay()
    if (!ward.takeAlert(alert)) missed()
  })
  let waves = drawnWaves.peek().join(' ')
  effect(() => {
    const drawn = drawnWaves.value.join(' ')
    if (drawn === waves) return
    waves = drawn
    if (socket.connected) void watchBoard()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') away.leave()
    else comeBack()
  })
  window.addEventListener('pagehide', noteSeen)
  clock.every(SEEN_EVERY_MS, () => {
    lookAwake()
    noteSeen()
  })
  startSaying()
  // What one person saw is not left for the next one, not even under the cover.
  link.subscribe(({ state }) => {
    if (state === 'unauthorised') ward.takeNobody()
  })
  // Opening or leaving a bed changes which waveforms come.
  let shown: string | null = null
  effect(() => {
    const place = route.value
    const patientId = place.door === 'bed' ? place.patientId : null
    if (patientId === shown) return
    shown = patientId
    if (!socket.connected) return
    if (mayDo('see-patients')) void (patientId === null ? watchBoard() : watchBed())
  })
}
