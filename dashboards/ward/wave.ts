import { signal } from '@preact/signals'
import { NO_SAMPLE } from '../../src/reading.ts'
import type { Validity } from '../../src/records.ts'
import type { HeartSoundUpdate, WaveformUpdate } from '../../src/watch/events.ts'
import { int16Of, SampleRing } from './sample-ring.ts'
import { PlayoutClock } from './playout-clock.ts'
import type { Seen } from './staleness.ts'

/** As long as the slowest sweep takes on a wide screen. */
const KEPT_S = 60
/** Heart sound as code, beside the codes of reading.ts. */
export const HEART_SOUND = 'pcg'

/** One signal of a bed: its newest samples and how they become values. */
export interface Wave {
  code: string
  unit: string
  scale: number
  offset: number
  ring: SampleRing
  /** Counts what came behind the sweep: the strip is then drawn anew. */
  fills: number
}

/** What can be drawn of a sample: a signal that is off, out of range or invalid leaves a hole rather than a line. */
function drawable(validity: Validity): boolean {
  return validity === 'valid' || validity === 'questionable' || validity === 'calibrating'
}

/** The signals of one bed and the clock they are shown by. Nothing here is reactive except the set of codes and validities. */
export class Waves {
  readonly playout: PlayoutClock
  /** Chunks of heart sound are longer and come later than the monitor's stretches, so they have a clock of their own. */
  readonly heartPlayout: PlayoutClock
  readonly validity = signal<ReadonlyMap<string, Validity>>(new Map())
  readonly #waves = new Map<string, Wave>()
  /** The newest samples of any signal. */
  seen: Seen | null = null

  constructor(speed: number) {
    this.playout = new PlayoutClock(speed)
    this.heartPlayout = new PlayoutClock(speed)
  }

  get(code: string): Wave | undefined {
    return this.#waves.get(code)
  }

  /** Sweeps go no further than this event time: at the end of a stretch its last picture stays. */
  holdAt(endMs: number): void {
    this.playout.endMs = this.heartPlayout.endMs = endMs
  }

  take(update: WaveformUpdate, arrivedMs: number): void {
    const samples = int16Of(update.samples)
    const ring = this.#ring(update.code, update.sampleRateHz, update.unit, update.scale, update.offset)
    ring.write(update.startTimeMs, drawable(update.validity) ? samples : new Int16Array(samples.length).fill(NO_SAMPLE))
    const endMs = update.startTimeMs + (samples.length * 1_000) / update.sampleRateHz
    if (update.recent === true) this.#filled(update.code, this.playout, endMs, arrivedMs)
    else this.playout.arrived(update.startTimeMs, endMs, arrivedMs)
    if (drawable(update.validity)) this.seen = { eventTimeMs: endMs, arrivedMs }
    if (this.validity.peek().get(update.code) !== update.validity)
      this.validity.value = new Map(this.validity.peek()).set(update.code, update.validity)
  }

  takeHeartSound(update: HeartSoundUpdate, arrivedMs: number): number {
    const { startTimeMs, sampleRateHz } = update
    const samples = int16Of(update.samples)
    const endMs = startTimeMs + (samples.length * 1_000) / sampleRateHz
    this.#ring(HEART_SOUND, sampleRateHz, '', 1, 0).write(startTimeMs, samples)
    if (update.recent === true) this.#filled(HEART_SOUND, this.heartPlayout, endMs, arrivedMs)
    else this.heartPlayout.arrived(startTimeMs, endMs, arrivedMs)
    return endMs
  }

  #filled(code: string, playout: PlayoutClock, endMs: number, arrivedMs: number): void {
    playout.filled(endMs, arrivedMs)
    const wave = this.#waves.get(code)
    if (wave !== undefined) wave.fills++
  }

  playoutOf(code: string): PlayoutClock {
    return code === HEART_SOUND ? this.heartPlayout : this.playout
  }

  #ring(code: string, sampleRateHz: number, unit: string, scale: number, offset: number): SampleRing {
    const known = this.#waves.get(code)
    const same = known?.ring.sampleRateHz === sampleRateHz && known.scale === scale && known.offset === offset
    if (known !== undefined && same) return known.ring
    const ring = new SampleRing(sampleRateHz, KEPT_S * this.playout.speed)
    this.#waves.set(code, { code, unit, scale, offset, ring, fills: 0 })
    return ring
  }
}
