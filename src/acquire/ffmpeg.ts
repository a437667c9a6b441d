import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import ffmpeg from 'fluent-ffmpeg'
import type { Clock } from '../clock.ts'

/**
 * The only demuxers that may open a file: ffmpeg sniffs anything (ANSI art, playlists that name other local files) and
 * calls it a success. Both the 2018 binary from npm and today's honour the list.
 */
const DEMUXERS = 'mov,matroska,wav,flac,ogg,avi,mpeg,mpegts,aiff,h264,mjpeg'
const INPUT_OPTIONS = ['-nostdin', '-threads', '1', '-format_whitelist', DEMUXERS, '-protocol_whitelist', 'file,pipe']

const PROBE_TIMEOUT_MS = 30_000
/** Decoding a second of video takes milliseconds; nothing for this long is a process that hangs. */
const SILENCE_TIMEOUT_MS = 60_000

export interface MediaProbe {
  /** Null: the container does not say, or ffmpeg would only guess from the bit rate. */
  durationMs: number | null
  audioRateHz: number | null
  hasVideo: boolean
  /** An MP4 whose index, at its end, is not there. */
  indexMissing: boolean
}

let found: Promise<string | null> | undefined

/** FFMPEG_PATH, then ffmpeg on PATH, then the one from npm; null where there is none. */
export function ffmpegPath(env: Readonly<Record<string, string | undefined>> = process.env): Promise<string | null> {
  found ??= findFfmpeg(env)
  return found
}

async function findFfmpeg(env: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  const named = env['FFMPEG_PATH']
  const candidates = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'ffmpeg'))
  const own = [...(named === undefined ? [] : [named]), ...candidates].find(isExecutable)
  if (own !== undefined) return own
  try {
    const { default: packaged } = await import('@ffmpeg-installer/ffmpeg')
    return packaged.path
  } catch {
    return null // no binary for this platform
  }
}

/** What a media file holds; null where ffmpeg refuses it or is not there. */
export async function probeMedia(path: string): Promise<MediaProbe | null> {
  const binary = await ffmpegPath()
  if (binary === null) return null
  // Without an output ffmpeg prints the streams and exits with 1, whatever the file.
  const said = await new Promise<string>((done) => {
    const options = { timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 1_000_000 } as const
    execFile(binary, ['-hide_banner', ...INPUT_OPTIONS, '-i', resolve(path)], options, (_error, _out, stderr) =>
      done(stderr),
    )
  })
  if (said.includes('moov atom not found')) {
    return { durationMs: null, audioRateHz: null, hasVideo: false, indexMissing: true }
  }
  if (!/^Input #0/m.test(said)) return null
  const duration = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(said)
  const guessed = said.includes('Estimating duration from bitrate')
  const [hours, minutes, seconds] = (duration ?? []).slice(1).map(Number)
  const rate = /Stream #0:\d+.*: Audio: .*?(\d+) Hz/.exec(said)?.[1]
  return {
    durationMs:
      duration === null || guessed
        ? null
        : Math.round(((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000),
    audioRateHz: rate === undefined ? null : Number(rate),
    hasVideo: /Stream #0:\d+.*: Video: /.test(said),
    indexMissing: false,
  }
}

/** One decoding by ffmpeg, read as a stream with backpressure: ffmpeg waits while nobody reads. */
export class Decoding {
  readonly #path: string
  readonly #outputOptions: readonly string[]
  readonly #clock: Clock
  #failure: string | null = null

  constructor(path: string, outputOptions: readonly string[], clock: Clock) {
    this.#path = path
    this.#outputOptions = outputOptions
    this.#clock = clock
  }

  /** Once read to the end: why ffmpeg gave up, or null. Truncated input is no failure to ffmpeg: count what came. */
  get failure(): string | null {
    return this.#failure
  }

  async *bytes(): AsyncGenerator<Buffer> {
    const binary = await ffmpegPath()
    if (binary === null) {
      this.#failure = 'there is no ffmpeg; set FFMPEG_PATH'
      return
    }
    // Not destroyed at its end: fluent-ffmpeg takes a closed stream for a lost reader and reports an error.
    const output = new PassThrough({ autoDestroy: false, emitClose: false })
    const command = ffmpeg(resolve(this.#path))
      .setFfmpegPath(binary)
      .inputOptions([...INPUT_OPTIONS])
      .outputOptions(['-threads', '1', ...this.#outputOptions])
    let over = false
    const settled = new Promise<void>((done) => {
      command.on('end', () => done())
      command.on('error', (error: Error) => {
        if (!over) this.#failure = reasonOf(error)
        output.end()
        done()
      })
    })
    command.on('start', () => {
      if (over) command.kill('SIGKILL') // the reader left while ffmpeg was starting
    })
    command.pipe(output, { end: true })
    const chunks = output[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    try {
      for (;;) {
        const silence = this.#clock.after(SILENCE_TIMEOUT_MS, () => command.kill('SIGKILL'))
        const next = await chunks.next()
        silence.cancel()
        if (next.done === true) break
        yield next.value
      }
      await settled
    } finally {
      over = true
      command.kill('SIGKILL')
    }
  }
}

/** The first line of an error without the file's path, which may name a patient. */
function reasonOf(error: Error): string {
  const exit = /exited with code \d+|killed with signal \w+/.exec(error.message)
  return exit === null ? 'ffmpeg could not be run' : `ffmpeg ${exit[0]}`
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
