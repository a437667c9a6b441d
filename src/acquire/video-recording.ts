import { type Clock, SystemClock } from '../clock.ts'
import { Decoding, probeMedia } from './ffmpeg.ts'
import { JpegSplitter } from './jpeg-frames.ts'
import type { OpenedRecording, RecordedReading, Recording, RecordingFault, RecordingOptions } from './recording.ts'
import { riffBytes } from './riff-length.ts'

const LONGEST_SIDE_PX = 640
const SCALE = `scale='if(gte(iw,ih),min(${LONGEST_SIDE_PX},iw),-2)':'if(gte(iw,ih),-2,min(${LONGEST_SIDE_PX},ih))'`
/** ffmpeg's scale from 2 (best) to 31. */
const JPEG_QUALITY = '5'

/** Opens a film: JPEG frames, one a second unless said otherwise, their long side at most 640 pixels. */
export async function openVideoRecording(path: string, options: RecordingOptions): Promise<OpenedRecording> {
  const probe = await probeMedia(path)
  if (probe?.indexMissing === true) return { ok: false, code: 'FILE_TRUNCATED', detail: 'its index is missing' }
  if (probe === null || !probe.hasVideo)
    return { ok: false, code: 'FILE_FORMAT_UNKNOWN', detail: 'no film that can be decoded' }
  const bytes = await riffBytes(path)
  const fault: RecordingFault | null =
    bytes !== null && bytes.held < bytes.stated
      ? { code: 'FILE_TRUNCATED', detail: `${bytes.held} of ${bytes.stated} bytes` }
      : null
  const framesPerSecond = options.framesPerSecond ?? 1
  return {
    ok: true,
    recording: new VideoRecording(path, framesPerSecond, probe.durationMs, fault, options.clock ?? new SystemClock()),
  }
}

class VideoRecording implements Recording {
  readonly modality = 'video'
  readonly durationMs: number | null
  readonly #path: string
  readonly #framesPerSecond: number
  readonly #clock: Clock
  #fault: RecordingFault | null

  constructor(
    path: string,
    framesPerSecond: number,
    durationMs: number | null,
    fault: RecordingFault | null,
    clock: Clock,
  ) {
    this.#path = path
    this.#framesPerSecond = framesPerSecond
    this.durationMs = durationMs
    this.#fault = fault
    this.#clock = clock
  }

  fault(): RecordingFault | null {
    return this.#fault
  }

  async *read(): AsyncIterable<RecordedReading> {
    const filters = `fps=${this.#framesPerSecond},${SCALE}`
    const options = ['-an', '-map', '0:v:0', '-vf', filters, '-f', 'image2pipe', '-c:v', 'mjpeg', '-q:v', JPEG_QUALITY]
    const decoding = new Decoding(this.#path, options, this.#clock)
    const splitter = new JpegSplitter()
    let frames = 0
    for await (const bytes of decoding.bytes()) {
      for (const frame of splitter.push(bytes)) {
        const offsetMs = Math.round((frames++ * 1000) / this.#framesPerSecond)
        yield { modality: 'video', offsetMs, lengthMs: 0, ...frame }
      }
    }
    this.#judge(frames, decoding.failure)
  }

  #judge(frames: number, failure: string | null): void {
    // The fps filter rounds at both ends: one frame more or less is no loss.
    const expected = this.durationMs === null ? null : (this.durationMs / 1000) * this.#framesPerSecond
    if (frames === 0)
      this.#fault ??= { code: failure === null ? 'FILE_EMPTY' : 'FILE_UNREADABLE', detail: failure ?? 'no frames' }
    else if (expected !== null && frames < Math.floor(expected) - 1)
      this.#fault ??= { code: 'FILE_TRUNCATED', detail: `${frames} of ${Math.round(expected)} frames decode` }
    else if (failure !== null) this.#fault ??= { code: 'FILE_TRUNCATED', detail: failure }
  }
}
