import { WAVEFORMS } from '../reading.ts'
import type { PcgChunk } from '../records.ts'
import type { WaveformUpdate } from './events.ts'

export interface RecentBounds {
  /** Event time kept before the newest sample of a signal. */
  keptMs: number
  /** Of heart sound less: it is of many more bytes, and a screen that is given too much at once counts as slow. */
  soundKeptMs: number
  /** Of one signal of one bed; what is oldest goes first. */
  signalBytes: number
  /** Of all beds; the bed that was silent for longest goes first. */
  bytes: number
}

const BOUNDS: RecentBounds = { keptMs: 30_000, soundKeptMs: 15_000, signalBytes: 512 * 1024, bytes: 64 * 1024 * 1024 }

interface Piece<T> {
  startMs: number
  endMs: number
  bytes: number
  update: T
}

class Signal<T> {
  readonly pieces: Piece<T>[] = []
  bytes = 0

  /** Returns by how many bytes it has grown. */
  take(piece: Piece<T>, { keptMs, signalBytes }: RecentBounds): number {
    const before = this.bytes
    this.pieces.push(piece)
    this.bytes += piece.bytes
    const newestMs = this.pieces.reduce((latest, { endMs }) => Math.max(latest, endMs), -Infinity)
    while (this.pieces.length > 0 && (this.bytes > signalBytes || (this.pieces[0]?.endMs ?? 0) <= newestMs - keptMs))
      this.bytes -= this.pieces.shift()?.bytes ?? 0
    return this.bytes - before
  }
}

interface Bed {
  waveforms: Map<string, Signal<WaveformUpdate>>
  sounds: Signal<PcgChunk>
}

/** The newest samples of every bed, so that a bed that is opened shows its last half minute at once. Copies, and bounded. */
export class RecentWaves {
  readonly #bounds: RecentBounds
  /** The bed that was heard last stands last. */
  readonly #beds = new Map<string, Bed>()
  #bytes = 0

  constructor(bounds: RecentBounds = BOUNDS) {
    this.#bounds = bounds
  }

  /** What all signals of all beds hold. */
  get bytes(): number {
    return this.#bytes
  }

  /** Only what a bed's view draws is kept. */
  waveform(update: WaveformUpdate): void {
    if (!(update.code in WAVEFORMS)) return
    const { startTimeMs, sampleRateHz } = update
    // The bytes that came may be a view of a whole batch.
    const samples = bytesOf(update.samples)
    const endMs = startTimeMs + ((samples.byteLength >> 1) * 1_000) / sampleRateHz
    const bed = this.#bed(update.patientId)
    let signal = bed.waveforms.get(update.code)
    if (signal === undefined) bed.waveforms.set(update.code, (signal = new Signal()))
    const piece = { startMs: startTimeMs, endMs, bytes: samples.byteLength, update: { ...update, samples } }
    this.#grown(signal.take(piece, this.#bounds))
  }

  /** As it came: FLAC is decoded when somebody looks. */
  sound(chunk: PcgChunk): void {
    const samples = Buffer.from(chunk.samples)
    const startMs = chunk.eventTimeMs
    const endMs = startMs + (chunk.sampleCount * 1_000) / chunk.sampleRateHz
    const piece = { startMs, endMs, bytes: samples.byteLength, update: { ...chunk, samples } }
    const { soundKeptMs: keptMs } = this.#bounds
    this.#grown(this.#bed(chunk.patientId).sounds.take(piece, { ...this.#bounds, keptMs }))
  }

  /** Stretches of one signal that join are one update; a hole, or another scale, begins another. */
  waveforms(patientId: string): WaveformUpdate[] {
    const signals = [...(this.#beds.get(patientId)?.waveforms.values() ?? [])]
    return signals.flatMap(({ pieces }) => joined([...pieces].sort((a, b) => a.startMs - b.startMs)))
  }

  /** Oldest first. */
  sounds(patientId: string): PcgChunk[] {
    const pieces = this.#beds.get(patientId)?.sounds.pieces ?? []
    return [...pieces].sort((a, b) => a.startMs - b.startMs).map(({ update }) => update)
  }

  forget(patientId: string): void {
    const bed = this.#beds.get(patientId)
    if (bed === undefined) return
    this.#beds.delete(patientId)
    for (const { bytes } of [...bed.waveforms.values(), bed.sounds]) this.#bytes -= bytes
  }

  #bed(patientId: string): Bed {
    const bed = this.#beds.get(patientId) ?? {
      waveforms: new Map<string, Signal<WaveformUpdate>>(),
      sounds: new Signal(),
    }
    this.#beds.delete(patientId)
    this.#beds.set(patientId, bed)
    return bed
  }

  #grown(bytes: number): void {
    this.#bytes += bytes
    for (const patientId of this.#beds.keys()) {
      if (this.#bytes <= this.#bounds.bytes) return
      this.forget(patientId)
    }
  }
}

function joined(pieces: readonly Piece<WaveformUpdate>[]): WaveformUpdate[] {
  const runs: Piece<WaveformUpdate>[][] = []
  for (const piece of pieces) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run !== undefined && last !== undefined && follows(last, piece)) run.push(piece)
    else runs.push([piece])
  }
  return runs.flatMap((run) => {
    const [first] = run
    if (first === undefined) return []
    return [{ ...first.update, samples: Buffer.concat(run.map(({ update }) => bytesOf(update.samples))) }]
  })
}

function follows(before: Piece<WaveformUpdate>, after: Piece<WaveformUpdate>): boolean {
  const [a, b] = [before.update, after.update]
  const isSame =
    a.sampleRateHz === b.sampleRateHz && a.scale === b.scale && a.offset === b.offset && a.validity === b.validity
  // Start times are whole milliseconds.
  return isSame && Math.abs(after.startMs - before.endMs) <= 1_000 / b.sampleRateHz + 1
}

function bytesOf(samples: ArrayBuffer | Uint8Array): Uint8Array {
  return samples instanceof ArrayBuffer ? new Uint8Array(samples.slice(0)) : Uint8Array.from(samples)
}
