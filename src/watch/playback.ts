import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import type { EpisodeItem, EpisodePage, EpisodeReader, Stretch } from './history.ts'
import type { PlaybackView } from './events.ts'

/** How often a player looks at the time: a change of speed is felt within it. */
const TICK_MS = 50
const REPORT_MS = 500
/** A screen this far behind holds the playback up, so that live alerts do not queue behind stored frames. */
const BEHIND_BYTES = 64 * 1024

export interface PlaybackOptions {
  clock: Clock
  reader: EpisodeReader
  stretch: Stretch
  speed: number
  show: (item: EpisodeItem) => void
  report: (view: PlaybackView) => void
  /** Bytes that wait for the screen. */
  waitingBytes: () => number
}

/** A stored stretch shown on one screen at its own pace or faster. Nothing is skipped: a slow screen slows the playback. */
export class Playback {
  readonly #options: PlaybackOptions
  #speed: number
  #state: PlaybackView['state'] = 'playing'
  #code: string | null = null
  /** Event time reached, and when that was. */
  #atMs: number
  #sinceMs: number
  #reportedMs: number

  constructor(options: PlaybackOptions) {
    this.#options = options
    this.#speed = options.speed
    this.#atMs = options.stretch.fromMs
    this.#sinceMs = this.#reportedMs = options.clock.monotonicMs()
  }

  view(): PlaybackView {
    const { stretch } = this.#options
    const view = { ...stretch, speed: this.#speed, atMs: Math.min(this.#atMs, stretch.toMs), state: this.#state }
    return this.#code === null ? view : { ...view, code: this.#code }
  }

  /** Resolves when the stretch has ended, was stopped, or could not be read. Throws what is a bug. */
  async run(): Promise<void> {
    const { reader, stretch } = this.#options
    const pages = reader.readStretch(stretch)[Symbol.asyncIterator]()
    try {
      // The next page is read while this one plays.
      for (let next = pages.next(); ;) {
        const page = await next
        if (this.#state !== 'playing') return
        this.#resume()
        if (page.done === true) break
        next = pages.next()
        next.catch(() => undefined)
        await this.#play(page.value)
      }
      await this.#reach(stretch.toMs)
      this.#end('ended')
    } catch (error) {
      if (!(error instanceof VigilError)) throw error
      this.#code = error.code
      this.#end('failed')
    } finally {
      await pages.return?.()
    }
  }

  speed(speed: number): void {
    this.#advance()
    this.#speed = speed
    this.#report()
  }

  stop(): void {
    this.#advance()
    this.#end('stopped')
  }

  async #play(page: EpisodePage): Promise<void> {
    for (const item of page.items) {
      await this.#reach(item.atMs)
      if (this.#state !== 'playing') return
      this.#options.show(item)
    }
    await this.#reach(page.throughMs)
  }

  /** Resolves when event time `atMs` is reached, or the playback is over. */
  async #reach(atMs: number): Promise<void> {
    const { clock, waitingBytes } = this.#options
    for (;;) {
      const held = waitingBytes() > BEHIND_BYTES
      if (held) this.#resume()
      else this.#advance()
      if (this.#state !== 'playing' || (!held && this.#atMs >= atMs)) return
      if (clock.monotonicMs() - this.#reportedMs >= REPORT_MS) this.#report()
      const leftMs = held ? TICK_MS : (atMs - this.#atMs) / this.#speed
      await clock.sleep(Math.min(TICK_MS, Math.max(1, leftMs)))
    }
  }

  #advance(): void {
    if (this.#state !== 'playing') return
    const nowMs = this.#options.clock.monotonicMs()
    this.#atMs += (nowMs - this.#sinceMs) * this.#speed
    this.#sinceMs = nowMs
  }

  /** Goes on from the event time reached, without the time spent waiting. */
  #resume(): void {
    this.#sinceMs = this.#options.clock.monotonicMs()
  }

  #end(state: 'ended' | 'stopped' | 'failed'): void {
    if (this.#state !== 'playing') return
    this.#state = state
    this.#report()
  }

  #report(): void {
    this.#reportedMs = this.#options.clock.monotonicMs()
    this.#options.report(this.view())
  }
}
