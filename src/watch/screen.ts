import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { Access, Identity } from './access.ts'
import { answering } from './answering.ts'
import { BoardRooms } from './board-rooms.ts'
import type { WardSocket } from './broadcast.ts'
import type { CommandDesk } from './command-desk.ts'
import { takeDeeds } from './deeds.ts'
import type {
  AlertView,
  Answer,
  DeadLetterView,
  FeedView,
  PlaybackView,
  Shown,
  SystemView,
  WardView,
} from './events.ts'
import type { Guard } from './guard.ts'
import type { EpisodeItem, History } from './history.ts'
import { may } from './person.ts'
import { Playback } from './playback.ts'
import { sendRecent } from './recent-stretch.ts'
import { refusal } from './refusal.ts'
import * as requests from './requests.ts'
import { ALL_UNITS, bedRoom, DEAD_LETTERS, playingRoom, unitRoom } from './rooms.ts'
import type { ScreenPressure } from './screen-pressure.ts'
import { type Selection, Sight } from './sight.ts'
import type { SystemWatch } from './system-watch.ts'
import type { Ward } from './ward.ts'

export interface ScreenOptions {
  ward: Ward
  system: SystemWatch
  commands: CommandDesk
  history: () => History | null
  access: Access
  guard: Guard
  clock: Clock
  metrics: Metrics
  logger: Logger
}

const DEAD_LETTERS_SHOWN = 200

/** One connected screen: what it watches, what it asks, and what it plays back. */
export class Screen {
  readonly #options: ScreenOptions
  readonly #socket: WardSocket
  readonly #pressure: ScreenPressure
  #identity: Identity
  /** What is on its board; null before it asked for one. */
  #board: Selection | null = null
  readonly #boardRooms: BoardRooms
  #bed: string | null = null
  #feeds = false
  #playback: Playback | null = null

  constructor(socket: WardSocket, pressure: ScreenPressure, options: ScreenOptions) {
    this.#socket = socket
    this.#pressure = pressure
    this.#boardRooms = new BoardRooms(socket)
    this.#options = options
    this.#identity = socket.data.identity
    const commands = options.commands.of(this.#identity.person.id)
    const answers = answering(options.logger)
    socket.use((packet, next) => this.#guarded(packet, next))
    takeDeeds(socket, commands, answers)
    socket.on(
      'watch',
      answers(requests.watchRequest, (request) => this.#watch(request)),
    )
    socket.on(
      'watch-feeds',
      answers(requests.watchFeedsRequest, ({ on }) => this.#watchFeeds(on)),
    )
    socket.on(
      'shown',
      answers(requests.shownRequest, (request) => this.#shown(request)),
    )
    socket.on(
      'playback-start',
      answers(requests.playbackStartRequest, (request) => this.#play(request)),
    )
    socket.on(
      'playback-speed',
      answers(requests.playbackSpeedRequest, ({ speed }) => this.#speed(speed)),
    )
    socket.on(
      'playback-stop',
      answers(requests.playbackStopRequest, () => this.#stop()),
    )
    socket.on('disconnect', () => {
      options.ward.deliveries.gone(socket.id)
      options.ward.watchers.gone(socket.id)
      void this.#stop()
    })
  }

  /** Calls `gone` when it is connected no more. */
  onGone(gone: () => void): void {
    this.#socket.on('disconnect', gone)
  }

  /** Who is at it may have less rights than before, or none: then it is cut off, and shows nothing live any more. */
  review(): void {
    const now = this.#options.access.again(this.#identity)
    if (now === null) return void this.#socket.disconnect(true)
    const before = this.#identity.person
    this.#identity = now
    // Other rights are other rooms; it comes back by itself and asks anew.
    if (JSON.stringify(before) !== JSON.stringify(now.person)) this.#socket.disconnect(true)
  }

  /** A bed is in another unit than before, or in none any more (null). */
  moved(patientId: string, before: string, now: string | null): void {
    const sight = this.#sight
    if (!sight.unit(now)) {
      if (this.#bed === bedRoom(patientId)) this.#bed = this.#move(this.#bed, null)
      if (this.#playback?.view().patientId === patientId) this.#stop()
    }
    // A bed that is gone from a board is told by the whole board.
    if (this.#shows(before) && !(now !== null && this.#shows(now)))
      this.#socket.emit('ward', sight.board(this.#options.system.view(), this.#board ?? {}))
  }

  tellSystem(system: SystemView): void {
    this.#socket.emit('system', this.#sight.system(system))
  }

  tellFeeds(): void {
    // The next second brings them anew; a screen that is behind has more urgent things to catch up with.
    if (this.#feeds && !this.#pressure.slow) this.#socket.emit('feeds', this.#sight.feeds(this.#options.clock.nowMs()))
  }

  get #sight(): Sight {
    return new Sight(this.#options.ward, this.#identity.person)
  }

  #shows(unitId: string): boolean {
    return this.#boardRooms.boards.some((room) => room === ALL_UNITS || room === unitRoom(unitId))
  }

  /** Every question passes here first, by the rights of this moment. */
  #guarded(packet: unknown[], next: (error?: Error) => void): void {
    const [event, request, reply] = packet
    const { access, guard } = this.#options
    this.review()
    if (!this.#socket.connected) return
    access.used(this.#identity)
    const refused = guard.event(this.#identity, String(event), request)
    if (refused === null) return next()
    if (typeof reply === 'function') (reply as (answer: Answer<object>) => void)(refused)
  }

  /** A board takes the place of the board and bed before it; a bed is shown beside the board, whose alerts go on. */
  #watch(
    request: z.infer<typeof requests.watchRequest>,
  ): Answer<{ ward: WardView; missed: AlertView[]; incomplete: string[] }> {
    const { ward, system } = this.#options
    const { unitId, patientId, sinceBedSequence = {}, waveforms } = request
    const sight = this.#sight
    if (patientId !== undefined && !ward.beds.has(patientId)) return refusal('PATIENT_UNKNOWN')
    this.#bed = this.#move(this.#bed, patientId === undefined ? null : bedRoom(patientId))
    if (patientId === undefined) {
      this.#board = { unitId }
      this.#boardRooms.enter(sight.rooms(unitId), waveforms)
    }
    ward.watchers.asked(this.#socket.id, this.#identity.person, { unitId, patientId })
    const { missed, incomplete } = sight.missed(sinceBedSequence)
    for (const id of incomplete) {
      const bed = ward.beds.view(id)
      if (bed !== null) this.#socket.emit('bed', bed)
    }
    if (patientId !== undefined) this.#fill(patientId)
    return { ok: true, ward: sight.board(system.view(), { unitId, patientId }), missed, incomplete }
  }

  #shown(request: Shown): Answer {
    const { ward, clock, metrics } = this.#options
    const own = this.#sight.shown(request)
    ward.watchers.said(this.#socket.id, request, clock.monotonicMs())
    const tookMs = ward.deliveries.shown(this.#socket.id, own, clock.nowMs(), clock.monotonicMs())
    for (const ms of tookMs) metrics.alertPaintedMs.observe(ms)
    return { ok: true }
  }

  /** A screen that is behind, or plays a bed back, has no use for what was. */
  #fill(patientId: string): void {
    if (this.#pressure.slow || this.#playback !== null) return
    const { ward, logger } = this.#options
    sendRecent(ward.recent, patientId, this.#socket, () => this.#bed === bedRoom(patientId), logger)
  }

  #watchFeeds(on: boolean): Answer<{ feeds: FeedView[]; deadLetters: DeadLetterView[] }> {
    const { ward, clock } = this.#options
    this.#feeds = on
    if (!on) {
      void this.#socket.leave(DEAD_LETTERS)
      return { ok: true, feeds: [], deadLetters: [] }
    }
    const letters = may(this.#identity.person, 'see-dead-letters')
    if (letters) void this.#socket.join(DEAD_LETTERS)
    return {
      ok: true,
      feeds: this.#sight.feeds(clock.nowMs()),
      deadLetters: letters ? ward.deadLetters.newest(DEAD_LETTERS_SHOWN) : [],
    }
  }

  #play({ speed, ...stretch }: z.infer<typeof requests.playbackStartRequest>): Answer<{ playback: PlaybackView }> {
    const { history, clock, logger } = this.#options
    const reader = history()
    if (reader === null) return refusal('DATABASE_UNAVAILABLE')
    this.#stop()
    const playing = playingRoom(stretch.patientId)
    const playback = new Playback({
      clock,
      reader,
      stretch,
      speed,
      show: (item) => this.#show(item),
      report: (view) => this.#socket.emit('playback', view),
      waitingBytes: () => this.#pressure.waitingBytes,
    })
    this.#playback = playback
    void this.#socket.join(playing)
    playback
      .run()
      .catch((error: unknown) => logger.error({ err: error }, 'a playback broke off'))
      .finally(() => {
        // Another may have begun meanwhile, and of the same bed.
        if (this.#playback !== playback) return
        this.#playback = null
        void this.#socket.leave(playing)
      })
    return { ok: true, playback: playback.view() }
  }

  #speed(speed: number): Answer {
    if (this.#playback === null) return refusal('REQUEST_INVALID', 'nothing is being played back')
    this.#playback.speed(speed)
    return { ok: true }
  }

  #stop(): Answer {
    const playback = this.#playback
    if (playback === null) return { ok: true }
    this.#playback = null
    playback.stop()
    void this.#socket.leave(playingRoom(playback.view().patientId))
    return { ok: true }
  }

  #show({ event, update }: EpisodeItem): void {
    // The item's type binds update to event; the overloads of emit cannot see that.
    const emit = this.#socket.emit as (name: string, payload: unknown) => boolean
    emit.call(this.#socket, event, update)
  }

  #move(from: string | null, to: string | null): string | null {
    if (from !== null && from !== to) void this.#socket.leave(from)
    if (to !== null) void this.#socket.join(to)
    return to
  }
}
