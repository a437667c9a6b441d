import type { Logger } from 'pino'
import type { Modality, PatientContext } from '../reading.ts'
import type { BedSource, DeviceReading } from './bed-source.ts'
import { readingAt, type RecordedFeed } from './recorded-feed.ts'
import { loopOf } from './recorded-loop.ts'
import type { RecordedReading } from './recording.ts'
import { chooseRecordings, type WardRecordings } from './ward-recordings.ts'

export interface RecordedBedsOptions {
  /** Root of the recordings: vitals/, heart-sound/ and video/ below it. */
  folder: string
  /** Number of the first bed; `demo-07` is 7. */
  firstBed: number
  count: number
  /** When the ward began: the recordings begin there and repeat without end. */
  startMs: number
  /** Decoded media are kept here. */
  cacheFolder: string
  logger: Logger
}

const SECOND_MS = 1_000
/** A device's message takes about this long to arrive. */
const TRANSPORT_MS = 40
const DEVICES = { vitals: 'monitor', pcg: 'stethoscope', video: 'scope' } as const satisfies Record<Modality, string>
/** The streams of a bed do not come in the same instant. */
const SHIFT_MS = { vitals: 0, pcg: 310, video: 620 } as const satisfies Record<Modality, number>
const MODALITIES = ['vitals', 'pcg', 'video'] as const

/** Beds that replay real recordings; none where the folder has no waveforms to show. */
export async function createRecordedBeds(options: RecordedBedsOptions): Promise<BedSource[]> {
  const beds = Array.from({ length: options.count }, (_, index) => options.firstBed + index)
  const chosen = await chooseRecordings(options.folder, beds)
  return beds.flatMap((bed, index) => {
    const recordings = chosen[index]
    return recordings === undefined || recordings.waveforms === null ? [] : [new RecordedBed(bed, recordings, options)]
  })
}

/**
 * One reading a second of each stream: second n of the ward is second n of the recording, modulo its length. Media are
 * decoded in the background; until they are, the bed sends vitals alone.
 */
class RecordedBed implements BedSource {
  readonly patientId: string
  readonly #options: RecordedBedsOptions
  readonly #bed: number
  readonly #startMs: number
  readonly #phaseMs: number
  readonly #loops: Record<Modality, readonly RecordedReading[]> = { vitals: [], pcg: [], video: [] }
  readonly #vitalsReady: Promise<void>

  constructor(bed: number, recordings: WardRecordings, options: RecordedBedsOptions) {
    this.#bed = bed
    this.#startMs = options.startMs
    // Beds are spread over the second, so that a ward's readings come as a stream and not in bursts.
    this.#phaseMs = (bed * 137) % SECOND_MS
    this.patientId = `demo-${String(bed).padStart(2, '0')}`
    this.#options = options
    this.#vitalsReady = this.#decode('vitals', () => this.#vitalsLoop(recordings))
    void this.#vitalsReady
      .then(() => this.#decode('pcg', () => this.#loop('pcg', recordings.heartSound)))
      .then(() => this.#decode('video', () => this.#loop('video', recordings.film)))
  }

  context(): PatientContext {
    return {
      patientId: this.patientId,
      unitId: 'demo-icu',
      bedId: `Bed ${this.#bed}`,
      effectiveTimeMs: this.#startMs,
      ageBand: '',
      sex: 'unknown',
      diagnosis: 'Replay of real recordings',
      notes: [
        'Recordings of several people, repeated without end: waveforms, numbers, heart sound and film do not belong together.',
      ],
      labs: [],
      consciousness: null,
      supplementalOxygen: null,
      hypercapnicTarget: false,
      deviceIds: Object.values(DEVICES).map((device) => `${this.patientId}-${device}`),
      generationMode: 'demo',
    }
  }

  async readings(fromMs: number, toMs: number): Promise<readonly DeviceReading[]> {
    await this.#vitalsReady
    return MODALITIES.flatMap((modality) => this.#received(modality, fromMs, toMs)).sort(
      (a, b) => a.receivedMs - b.receivedMs,
    )
  }

  #received(modality: Modality, fromMs: number, toMs: number): DeviceReading[] {
    const loop = this.#loops[modality]
    if (loop.length === 0) return []
    const feed = this.#feed(modality)
    // A second of signal can be sent when it is over, a frame at once.
    const lengthMs = modality === 'video' ? 0 : SECOND_MS
    const beginMs = this.#startMs + ((this.#phaseMs + SHIFT_MS[modality]) % SECOND_MS)
    const receivedMs = (index: number): number => beginMs + index * SECOND_MS + lengthMs + TRANSPORT_MS
    const first = Math.max(0, Math.ceil((fromMs - receivedMs(0)) / SECOND_MS))
    const readings: DeviceReading[] = []
    for (let index = first; receivedMs(index) < toMs; index++) {
      const recorded = loop[index % loop.length]
      if (recorded === undefined) break
      const reading = readingAt(feed, recorded, beginMs + index * SECOND_MS - recorded.offsetMs, index)
      readings.push({ receivedMs: receivedMs(index), reading })
    }
    return readings
  }

  #feed(modality: Modality): RecordedFeed {
    const device = DEVICES[modality]
    const { patientId } = this
    const feedId = `${patientId}/${device}`
    return { modality, patientId, feedId, deviceId: `${patientId}-${device}`, generationMode: 'demo' }
  }

  /** A recording that cannot be replayed leaves its stream silent, and that is said. */
  async #decode(modality: Modality, read: () => Promise<readonly RecordedReading[]>): Promise<void> {
    try {
      this.#loops[modality] = await read()
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
      this.#options.logger.warn({ bed: this.#bed, modality, code }, 'a recording of the demo ward cannot be replayed')
    }
  }

  #loop(modality: Modality, path: string | null): Promise<readonly RecordedReading[]> {
    return loopOf(path, modality, this.#options.cacheFolder)
  }

  /** The numerics of one recording beside the waveforms of another, second by second. */
  async #vitalsLoop(recordings: WardRecordings): Promise<RecordedReading[]> {
    const waveforms = await this.#loop('vitals', recordings.waveforms)
    const numerics = await this.#loop('vitals', recordings.numerics)
    // Both begin again together: a second of the loop is always the same reading.
    const length = numerics.length === 0 ? waveforms.length : Math.min(waveforms.length, numerics.length)
    return waveforms.slice(0, length).map((reading, index) => {
      const beside = numerics[index]
      return reading.modality === 'vitals' && beside?.modality === 'vitals'
        ? { ...reading, numerics: beside.numerics }
        : reading
    })
  }
}
