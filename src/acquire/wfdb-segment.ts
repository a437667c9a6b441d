import { join } from 'node:path'
import type { RecordingFault } from './recording.ts'
import { MISSING } from './sample-packing.ts'
import type { WfdbHeader, WfdbSignal } from './wfdb-header.ts'
import { WfdbSignalFile } from './wfdb-signal-file.ts'

/** A run of frames; `samples` by signal, `frames * samplesPerFrame` each. */
export interface SegmentBlock {
  /** From the segment's start. */
  startFrame: number
  frames: number
  samples: readonly Int32Array[]
}

/** The frames of one segment, read forwards over all of its signal files. */
export class WfdbSegmentReader {
  /** Frames that can be read: what the header says, or less where the files end early. */
  readonly frames: number
  readonly fault: RecordingFault | null
  readonly #framesPerSecond: number
  readonly #signals: readonly WfdbSignal[]
  readonly #files: ReadonlyMap<string, WfdbSignalFile>
  #nextFrame = 0
  #second = 0

  private constructor(
    header: WfdbHeader,
    files: ReadonlyMap<string, WfdbSignalFile>,
    frames: number,
    fault: RecordingFault | null,
  ) {
    this.#framesPerSecond = header.framesPerSecond
    this.#signals = header.signals
    this.#files = files
    this.frames = frames
    this.fault = fault
  }

  /** `frames`: the length a multi-segment header gives; null: the segment's own header or its files decide. */
  static async open(
    folder: string,
    header: WfdbHeader,
    frames: number | null,
  ): Promise<{ reader: WfdbSegmentReader } | RecordingFault> {
    const files = new Map<string, WfdbSignalFile>()
    let fault: RecordingFault | null = null
    for (const name of new Set(header.signals.map((signal) => signal.fileName))) {
      if (name === '~') continue
      const opened = await openFile(
        join(folder, name),
        header.signals.filter((signal) => signal.fileName === name),
      )
      if ('code' in opened) fault ??= opened
      else files.set(name, opened.file)
    }
    if (files.size === 0) return fault ?? { code: 'FILE_FORMAT_UNKNOWN', detail: 'no signal has a file' }
    const stated = frames ?? header.frames
    const held = Math.max(...[...files.values()].map((file) => file.frames))
    const shortest = Math.min(...[...files.values()].map((file) => file.frames))
    if (held === 0) fault ??= { code: 'FILE_EMPTY', detail: 'the signal files hold no frame' }
    else if (stated !== null && shortest < stated)
      fault ??= { code: 'FILE_TRUNCATED', detail: `${shortest} of ${stated} frames` }
    return { reader: new WfdbSegmentReader(header, files, Math.min(stated ?? held, held), fault) }
  }

  /** The next second (of a record slower than `slowHz`: the next frame); null at the end. */
  async next(slowHz: number): Promise<SegmentBlock | null> {
    if (this.#nextFrame >= this.frames) return null
    // Rounding the ends keeps the length of a second right where its frames are not whole (62.5 Hz).
    this.#second++
    const perSecond = this.#framesPerSecond
    const end = perSecond <= slowHz ? this.#nextFrame + 1 : Math.round(this.#second * perSecond)
    const startFrame = this.#nextFrame
    const frames = Math.min(end, this.frames) - startFrame
    this.#nextFrame += frames
    const taken = new Map<string, Int32Array[]>()
    for (const [name, file] of this.#files) taken.set(name, await file.take(frames))
    const samples = this.#signals.map(
      (signal) => taken.get(signal.fileName)?.shift() ?? new Int32Array(frames * signal.samplesPerFrame).fill(MISSING),
    )
    return { startFrame, frames, samples }
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close()
  }
}

async function openFile(
  path: string,
  signals: readonly WfdbSignal[],
): Promise<{ file: WfdbSignalFile } | RecordingFault> {
  try {
    const file = await WfdbSignalFile.open(path, signals)
    if (file !== null) return { file }
    return { code: 'FILE_FORMAT_UNKNOWN', detail: `signal format ${signals[0]?.format}` }
  } catch {
    return { code: 'FILE_UNREADABLE', detail: 'a signal file is missing or may not be read' }
  }
}
