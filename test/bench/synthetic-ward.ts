import { simulatedFrame } from '../../src/acquire/simulated-frame.ts'
import { LaparoscopyScene } from '../../src/acquire/simulated-laparoscopy.ts'
import { seededRandom, type SeededRandom } from '../../src/acquire/seeded-random.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import type { Outbound, PatientContext } from '../../src/reading.ts'

const SOUND_RATE_HZ = 2_000
const ECG_RATE_HZ = 250
const ECG_SCALE = 0.001
const BEAT_SECONDS = 0.8
const NOISE_STEPS = 60
const FRAMES = 8
/** A second of sound at its place in the beat, every so many of which it is the same again. */
const SOUND_SECONDS = 4
/** The same samples under each name: what is drawn is as long a line. */
const UNITS: Readonly<Record<string, string>> = { ecg: 'mV', pleth: '', abp: 'mmHg', resp: '' }
export const WELL_SPO2 = 97
const NUMERICS = [
  { code: 'hr', value: 75, unit: '/min' },
  { code: 'rr', value: 16, unit: '/min' },
  { code: 'abp_sys', value: 120, unit: 'mmHg' },
  { code: 'abp_dia', value: 80, unit: 'mmHg' },
  { code: 'temp', value: 37, unit: '°C' },
]

export interface SyntheticWardOptions {
  /** bytes by which a frame is made larger */
  padBytes?: (frame: number) => number
  /** of the vitals records, a second of each */
  waveforms?: readonly string[]
  /** neither sound nor frames */
  vitalsOnly?: boolean
}

/**
 * A ward that costs next to nothing to make, so that it does not take the machine from what is measured: each bed sends a
 * vitals record with a second of ECG, a second of heart sound at 2 kHz and a JPEG frame every second, at its own moment of
 * the second. Sounds and frames are made once and sent by all.
 */
export class SyntheticWard {
  readonly beds: number
  readonly #phasesMs: readonly number[]
  readonly #sounds: readonly Buffer[]
  readonly #ecg: Buffer
  readonly #frames: readonly Buffer[]
  readonly #waveforms: readonly string[]

  private constructor(beds: number, seed: number, frames: readonly Buffer[], waveforms: readonly string[]) {
    const random = seededRandom(seed)
    this.beds = beds
    this.#phasesMs = Array.from({ length: beds }, () => Math.floor(random() * 1_000))
    this.#sounds = Array.from({ length: SOUND_SECONDS }, (_, second) => soundOf(second, random))
    this.#ecg = ecgOf()
    this.#frames = frames
    this.#waveforms = waveforms
  }

  static async make(
    beds: number,
    seed: number,
    { padBytes = () => 0, waveforms = ['ecg'], vitalsOnly = false }: SyntheticWardOptions = {},
  ): Promise<SyntheticWard> {
    const scene = new LaparoscopyScene(seed)
    const frames: Buffer[] = []
    for (let frame = 0; frame < FRAMES && !vitalsOnly; frame++) {
      const turn = { chest: Math.sin(frame), beatShare: frame / FRAMES, drift: frame / FRAMES }
      const motion = { ...turn, viewLost: false, lungWater: 0 }
      frames.push(padded(await simulatedFrame(scene, motion), padBytes(frame)))
    }
    return new SyntheticWard(beds, seed, frames, waveforms)
  }

  patientId(bed: number): string {
    return `p${String(bed).padStart(5, '0')}`
  }

  /** Who lies in the beds. */
  contexts(effectiveTimeMs: number): Outbound[] {
    return Array.from({ length: this.beds }, (_, bed) =>
      ENCODE.context(contextOf(this.patientId(bed), effectiveTimeMs)),
    )
  }

  /** What the beds say whose moment lies in `[fromMs, toMs)` of event time, in its order. All are well unless said otherwise. */
  between(fromMs: number, toMs: number, spo2Of: (bed: number) => number = () => WELL_SPO2): Outbound[] {
    const due: { eventTimeMs: number; bed: number }[] = []
    for (const [bed, phaseMs] of this.#phasesMs.entries()) {
      const first = Math.ceil((fromMs - phaseMs) / 1_000) * 1_000 + phaseMs
      for (let eventTimeMs = first; eventTimeMs < toMs; eventTimeMs += 1_000) due.push({ eventTimeMs, bed })
    }
    due.sort((a, b) => a.eventTimeMs - b.eventTimeMs || a.bed - b.bed)
    return due.flatMap(({ eventTimeMs, bed }) => this.#second(bed, eventTimeMs, spo2Of(bed)))
  }

  #second(bed: number, eventTimeMs: number, spo2: number): Outbound[] {
    const patientId = this.patientId(bed)
    const second = Math.floor(eventTimeMs / 1_000)
    const head = (device: string) => ({
      patientId,
      feedId: `${patientId}-${device}`,
      deviceId: `${device}-${bed}`,
      sequence: second,
      eventTimeMs,
      deviceTimeMs: eventTimeMs,
      clockOffsetMs: 0,
      generationMode: 'test' as const,
      heartbeat: false,
    })
    const waveforms = this.#waveforms.map((code) => ({
      ...{ code, startTimeMs: eventTimeMs, sampleRateHz: ECG_RATE_HZ, unit: UNITS[code] ?? '', samples: this.#ecg },
      ...{ scale: ECG_SCALE, offset: 0, validity: 'valid' as const },
    }))
    const measured = [...NUMERICS, { code: 'spo2', value: spo2, unit: '%' }]
    const numerics = measured.map((numeric) => ({ ...numeric, validity: 'valid' as const }))
    const vitals = ENCODE.reading({ modality: 'vitals', record: { ...head('monitor'), numerics, waveforms } })
    if (this.#frames.length === 0) return [vitals]
    const samples = this.#sounds[second % SOUND_SECONDS] ?? Buffer.alloc(0)
    const jpeg = this.#frames[(second + bed) % FRAMES] ?? Buffer.alloc(0)
    return [
      vitals,
      ENCODE.reading({
        modality: 'pcg',
        record: {
          ...head('stethoscope'),
          site: 'mitral',
          sampleRateHz: SOUND_RATE_HZ,
          encoding: 'pcm_s16le',
          sampleCount: SOUND_RATE_HZ,
          samples,
        },
      }),
      ENCODE.reading({ modality: 'video', record: { ...head('camera'), widthPx: 320, heightPx: 240, jpeg } }),
    ]
  }
}

/** Thuds, 75 a minute, and a room's noise between them: without it, it would be taken for silence. */
function soundOf(second: number, random: SeededRandom): Buffer {
  const samples = Buffer.alloc(SOUND_RATE_HZ * 2)
  for (let index = 0; index < SOUND_RATE_HZ; index++) {
    const seconds = second + index / SOUND_RATE_HZ
    const phase = seconds % BEAT_SECONDS
    const thud = Math.exp(-((phase - 0.1) ** 2) / 0.0008) + 0.7 * Math.exp(-((phase - 0.42) ** 2) / 0.0005)
    const noise = NOISE_STEPS * (random() - 0.5)
    samples.writeInt16LE(Math.round(8_000 * thud * Math.sin(2 * Math.PI * 60 * seconds) + noise), index * 2)
  }
  return samples
}

function ecgOf(): Buffer {
  const samples = Buffer.alloc(ECG_RATE_HZ * 2)
  for (let index = 0; index < ECG_RATE_HZ; index++) {
    const phase = (index / ECG_RATE_HZ) % BEAT_SECONDS
    samples.writeInt16LE(Math.round(900 * Math.exp(-((phase - 0.3) ** 2) / 0.0002)), index * 2)
  }
  return samples
}

/** Bytes in an application segment after the start of the image make a frame as large as it is to be. */
function padded(jpeg: Buffer, bytes: number): Buffer {
  if (bytes < 4) return jpeg
  const segment = Buffer.alloc(bytes)
  segment.writeUInt16BE(0xffef, 0)
  segment.writeUInt16BE(bytes - 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])
}

function contextOf(patientId: string, effectiveTimeMs: number): PatientContext {
  return {
    patientId,
    unitId: 'bench',
    bedId: patientId,
    effectiveTimeMs,
    ageBand: '60-69',
    sex: 'unknown',
    diagnosis: '',
    notes: [],
    labs: [],
    consciousness: 'alert',
    supplementalOxygen: false,
    hypercapnicTarget: false,
    deviceIds: [],
    generationMode: 'test',
  }
}
