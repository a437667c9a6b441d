import { NO_SAMPLE } from '../../src/reading.ts'

/** Most samples by which a stretch may miss its place and still count as joined; start times are whole milliseconds. */
const JOIN_SLACK_SAMPLES = 1

/**
 * The newest stretch of one sampled signal, by event time. Index `i` is the sample at `i / sampleRateHz` seconds since the
 * epoch; what was never written is NO_SAMPLE, so that a hole stays a hole.
 */
export class SampleRing {
  readonly sampleRateHz: number
  readonly capacity: number
  readonly #samples: Int16Array
  /** One past the newest sample; null while empty. */
  #endIndex: number | null = null

  constructor(sampleRateHz: number, seconds: number) {
    this.sampleRateHz = sampleRateHz
    this.capacity = Math.max(1, Math.ceil(sampleRateHz * seconds))
    this.#samples = new Int16Array(this.capacity).fill(NO_SAMPLE)
  }

  get endIndex(): number | null {
    return this.#endIndex
  }

  /** Event time just after the newest sample; null while empty. */
  get endTimeMs(): number | null {
    return this.#endIndex === null ? null : this.timeOf(this.#endIndex)
  }

  timeOf(index: number): number {
    return (index * 1_000) / this.sampleRateHz
  }

  indexAt(timeMs: number): number {
    return Math.round((timeMs * this.sampleRateHz) / 1_000)
  }

  /** Writes a stretch at its event time. Samples older than the ring holds are left out. */
  write(startTimeMs: number, samples: Int16Array): void {
    let start = this.indexAt(startTimeMs)
    const end = this.#endIndex
    if (end !== null) {
      if (Math.abs(start - end) <= JOIN_SLACK_SAMPLES) start = end
      if (start > end) this.#leaveHole(end, start)
    }
    const stop = start + samples.length
    const newEnd = end === null ? stop : Math.max(end, stop)
    const oldest = newEnd - this.capacity
    for (let index = Math.max(start, oldest); index < stop; index++)
      this.#samples[this.#slot(index)] = samples[index - start] ?? NO_SAMPLE
    if (end === null && samples.length < this.capacity) this.#leaveHole(stop, start + this.capacity)
    this.#endIndex = newEnd
  }

  /** The sample at an index, or NO_SAMPLE where there is none. */
  at(index: number): number {
    const end = this.#endIndex
    if (end === null || index >= end || index < end - this.capacity) return NO_SAMPLE
    return this.#samples[this.#slot(index)] ?? NO_SAMPLE
  }

  /** Smallest and largest sample of the last `seconds`, or null where there is none. */
  range(seconds: number): { low: number; high: number } | null {
    const end = this.#endIndex
    if (end === null) return null
    let low = Infinity
    let high = -Infinity
    for (
      let index = Math.max(end - this.capacity, end - Math.ceil(seconds * this.sampleRateHz));
      index < end;
      index++
    ) {
      const sample = this.#samples[this.#slot(index)] ?? NO_SAMPLE
      if (sample === NO_SAMPLE) continue
      if (sample < low) low = sample
      if (sample > high) high = sample
    }
    return low > high ? null : { low, high }
  }

  clear(): void {
    this.#samples.fill(NO_SAMPLE)
    this.#endIndex = null
  }

  #leaveHole(from: number, to: number): void {
    for (let index = Math.max(from, to - this.capacity); index < to; index++)
      this.#samples[this.#slot(index)] = NO_SAMPLE
  }

  #slot(index: number): number {
    return ((index % this.capacity) + this.capacity) % this.capacity
  }
}

/** Little-endian int16 bytes as samples; copied only where the bytes do not lie on an even address. */
export function int16Of(bytes: ArrayBuffer | Uint8Array): Int16Array {
  if (bytes instanceof ArrayBuffer) return new Int16Array(bytes, 0, bytes.byteLength >> 1)
  if (bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1)
  return new Int16Array(bytes.slice().buffer, 0, bytes.byteLength >> 1)
}
