import { type Clock, SystemClock } from '../clock.ts'
import type { AuscultationSite } from '../reading.ts'
import { Decoding, probeMedia } from './ffmpeg.ts'
import type { OpenedRecording, RecordedReading, Recording, RecordingFault, RecordingOptions } from './recording.ts'
import { riffBytes } from './riff-length.ts'

/** Heart sounds end at about 1 kHz; what is faster is brought down to this. */
const FASTEST_RATE_HZ = 4_000
const CHUNK_MS = 1_000
/** A shorter rest goes with the chunk before it. */
const SHORTEST_CHUNK_MS = 500
const BYTES_PER_SAMPLE = 2

/** Opens the sound of a file: mono, 16 bit, at its own rate up to 4 kHz, in chunks of a second. */
export async function openAudioRecording(path: string, options: RecordingOptions): Promise<OpenedRecording> {
  const probe = await probeMedia(path)
  const bytes = await riffBytes(path)
  if (bytes?.held === 0) return { ok: false, code: 'FILE_EMPTY', detail: 'no samples' }
  if (probe?.indexMissing === true) return { ok: false, code: 'FILE_TRUNCATED', detail: 'its index is missing' }
  if (probe?.audioRateHz === undefined || probe.audioRateHz === null || probe.audioRateHz <= 0)
    return { ok: false, code: 'FILE_FORMAT_UNKNOWN', detail: 'no sound that can be decoded' }
  const fault: RecordingFault | null =
    bytes !== null && bytes.held < bytes.stated
      ? { code: 'FILE_TRUNCATED', detail: `${bytes.held} of ${bytes.stated} bytes` }
      : null
  const rateHz = Math.min(probe.audioRateHz, FASTEST_RATE_HZ)
  const site = options.site ?? 'unknown'
  return {
    ok: true,
    recording: new AudioRecording(path, rateHz, probe.durationMs, site, fault, options.clock ?? new SystemClock()),
  }
}

class AudioRecording implements Recording {
  readonly modality = 'pcg'
  readonly durationMs: number | null
  readonly #path: string
  readonly #rateHz: number
  readonly #site: AuscultationSite
  readonly #clock: Clock
  #fault: RecordingFault | null

  constructor(
    path: string,
    rateHz: number,
    durationMs: number | null,
    site: AuscultationSite,
    fault: RecordingFault | null,
    clock: Clock,
  ) {
    this.#path = path
    this.#rateHz = rateHz
    this.durationMs = durationMs
    this.#site = site
    this.#fault = fault
    this.#clock = clock
  }

  fault(): RecordingFault | null {
    return this.#fault
  }

  async *read(): AsyncIterable<RecordedReading> {
    const options = [
      '-vn',
      '-map',
      '0:a:0',
      '-ac',
      '1',
      '-ar',
      String(this.#rateHz),
      '-f',
      's16le',
      '-c:a',
      'pcm_s16le',
    ]
    const decoding = new Decoding(this.#path, options, this.#clock)
    const chunkBytes = ((this.#rateHz * CHUNK_MS) / 1000) * BYTES_PER_SAMPLE
    const shortestBytes = ((this.#rateHz * SHORTEST_CHUNK_MS) / 1000) * BYTES_PER_SAMPLE
    let held: Buffer = Buffer.alloc(0)
    let sent = 0
    for await (const bytes of decoding.bytes()) {
      held = Buffer.concat([held, bytes])
      // A chunk leaves once it is known that what follows it is long enough to stand alone.
      for (; held.length >= chunkBytes + shortestBytes; held = held.subarray(chunkBytes), sent += chunkBytes)
        yield this.#chunk(held.subarray(0, chunkBytes), sent)
    }
    const rest = held.subarray(0, held.length - (held.length % BYTES_PER_SAMPLE))
    if (rest.length > 0) yield this.#chunk(rest, sent)
    this.#judge((sent + rest.length) / BYTES_PER_SAMPLE, decoding.failure)
  }

  #chunk(bytes: Buffer, before: number): RecordedReading {
    const sampleCount = bytes.length / BYTES_PER_SAMPLE
    return {
      modality: 'pcg',
      offsetMs: Math.round((before / BYTES_PER_SAMPLE / this.#rateHz) * 1000),
      lengthMs: Math.round((sampleCount / this.#rateHz) * 1000),
      site: this.#site,
      sampleRateHz: this.#rateHz,
      sampleCount,
      samples: Buffer.from(bytes),
    }
  }

  #judge(samples: number, failure: string | null): void {
    const decodedMs = (samples / this.#rateHz) * 1000
    const stated = this.durationMs
    if (samples === 0)
      this.#fault ??= { code: failure === null ? 'FILE_EMPTY' : 'FILE_UNREADABLE', detail: failure ?? 'no samples' }
    else if (stated !== null && decodedMs < stated - Math.max(100, stated / 100))
      this.#fault ??= { code: 'FILE_TRUNCATED', detail: `${Math.round(decodedMs)} of ${stated} ms decode` }
    else if (failure !== null) this.#fault ??= { code: 'FILE_TRUNCATED', detail: failure }
  }
}
