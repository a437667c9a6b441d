import { open, type FileHandle } from 'node:fs/promises'
import { MISSING } from './sample-packing.ts'
import type { WfdbSignal } from './wfdb-header.ts'
import { decodeSamples, samplesIn, WFDB_FORMATS, type WfdbFormat } from './wfdb-samples.ts'

/** One signal file, read forwards: the samples of its signals alternate frame by frame. */
export class WfdbSignalFile {
  /** Complete frames in the file. */
  readonly frames: number
  readonly #file: FileHandle
  readonly #size: number
  readonly #format: WfdbFormat
  readonly #signals: readonly WfdbSignal[]
  readonly #frameSamples: number
  readonly #skewFrames: number
  /** Decoded samples that are not taken yet, by signal. */
  readonly #ahead: number[][]
  /** Last value of each signal, for formats of differences. */
  readonly #last: number[]
  #framesRead = 0

  private constructor(file: FileHandle, format: WfdbFormat, signals: readonly WfdbSignal[], bytes: number) {
    this.#file = file
    this.#size = bytes
    this.#format = format
    this.#signals = signals
    this.#frameSamples = signals.reduce((sum, signal) => sum + signal.samplesPerFrame, 0)
    this.#skewFrames = Math.max(...signals.map((signal) => signal.skewFrames))
    this.#ahead = signals.map(() => [])
    this.#last = signals.map((signal) => signal.initialValue)
    this.frames = Math.floor(samplesIn(format, bytes - (signals[0]?.byteOffset ?? 0)) / this.#frameSamples)
  }

  /** Null: the signals' format is not one that is read. Rejects when the file cannot be opened. */
  static async open(path: string, signals: readonly WfdbSignal[]): Promise<WfdbSignalFile | null> {
    const format = WFDB_FORMATS.get(signals[0]?.format ?? -1)
    if (format === undefined || signals.some((signal) => signal.format !== signals[0]?.format)) return null
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      return new WfdbSignalFile(file, format, signals, size)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The next `count` frames of each signal, de-skewed; MISSING behind the end of the file. */
  async take(count: number): Promise<Int32Array[]> {
    await this.#readUpTo(this.#framesTaken + count + this.#skewFrames)
    this.#framesTaken += count
    return this.#signals.map((signal, index) => {
      const samples = new Int32Array(count * signal.samplesPerFrame).fill(MISSING)
      samples.set(this.#ahead[index]?.splice(0, samples.length) ?? [])
      return samples
    })
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #framesTaken = 0

  async #readUpTo(frame: number): Promise<void> {
    const end = Math.min(frame, this.frames)
    if (end <= this.#framesRead) return
    const first = this.#framesRead * this.#frameSamples
    const last = end * this.#frameSamples
    // Groups are read as a whole: begin at the one that holds the first sample and skip what came before it.
    const { groupSamples, groupBytes } = this.#format
    const firstGroup = Math.floor(first / groupSamples)
    const groups = Math.ceil(last / groupSamples) - firstGroup
    const bytes = Buffer.alloc(groups * groupBytes)
    const at = (this.#signals[0]?.byteOffset ?? 0) + firstGroup * groupBytes
    // The last group of a file may be cut behind its last sample.
    await readFully(this.#file, bytes.subarray(0, Math.min(bytes.length, this.#size - at)), at)
    const skipped = first - firstGroup * groupSamples
    const samples = decodeSamples(this.#format, bytes, skipped + last - first).subarray(skipped)
    this.#spread(samples, end - this.#framesRead)
    this.#framesRead = end
  }

  /** Deals the samples out to their signals; the first `skewFrames` of a signal lie before the record's start. */
  #spread(samples: Int32Array, frames: number): void {
    let at = 0
    for (let frame = 0; frame < frames; frame++) {
      this.#signals.forEach((signal, index) => {
        const before = this.#framesRead + frame < signal.skewFrames
        for (let turn = 0; turn < signal.samplesPerFrame; turn++) {
          const raw = samples[at++] ?? MISSING
          const value = this.#format.differences ? (this.#last[index] ?? 0) + raw : raw
          this.#last[index] = value
          if (!before) this.#ahead[index]?.push(value)
        }
      })
    }
  }
}

/** Rejects when the file has become shorter: zeros must never pass for samples. */
async function readFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) throw new Error('the signal file became shorter while it was read')
    done += bytesRead
  }
}
