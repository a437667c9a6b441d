import { mixedSeed, seededRandom, type SeededRandom } from '../../src/acquire/seeded-random.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { partitionOf } from '../../src/ingest/partition-of.ts'
import { NUMERICS, type NumericCode, type Outbound, type Reading } from '../../src/reading.ts'

/** A record of a bed and when it reaches the log, counted from the start of the load. */
export interface Due {
  dueMs: number
  record: Outbound
}

export interface BedOptions {
  patientId: string
  seed: number
  startMs: number
  /** The bed's place within a second, so that beds do not all speak at once. */
  phaseMs: number
  /** Heart sound a model can score, one second a chunk; else a few samples that only count. */
  audible: boolean
}

interface Course {
  code: NumericCode
  inside: number
  outside: number
  /** Chance a second that the value crosses its limit, one way or the other. */
  crossing: number
}

/** Pressure and temperature alarm at once and end at once, so that every few seconds a bed has something to say. */
const COURSES: readonly Course[] = [
  { code: 'nbp_sys', inside: 120, outside: 195, crossing: 0.3 },
  { code: 'temp', inside: 37, outside: 39.4, crossing: 0.3 },
  { code: 'hr', inside: 80, outside: 150, crossing: 0.07 },
  { code: 'spo2', inside: 97, outside: 82, crossing: 0.07 },
  { code: 'rr', inside: 16, outside: 45, crossing: 0.05 },
]
const SECOND_MS = 1_000
const PCG_RATE_HZ = 1_000
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xd9])
const MODALITIES = ['vitals', 'pcg', 'video'] as const

/** Patients such that every partition has as many; a partition without anybody would show nothing. */
export function patientsFor(partitions: number, perPartition: number, prefix: string): string[] {
  const left = new Map(Array.from({ length: partitions }, (_, partition) => [partition, perPartition]))
  const patients: string[] = []
  for (let index = 1; patients.length < partitions * perPartition; index++) {
    const patientId = `${prefix}-${String(index).padStart(3, '0')}`
    const room = left.get(partitionOf(patientId, partitions)) ?? 0
    if (room === 0) continue
    left.set(partitionOf(patientId, partitions), room - 1)
    patients.push(patientId)
  }
  return patients
}

/** Three feeds of one bed, as a ward really sends them: out of order, twice, late, and now and then not readable. */
export class BedLoad {
  readonly patientId: string
  readonly #options: BedOptions
  readonly #random: SeededRandom
  readonly #outside = new Set<NumericCode>()

  constructor(options: BedOptions) {
    this.#options = options
    this.patientId = options.patientId
    this.#random = seededRandom(mixedSeed(options.seed, 17))
  }

  context(): Outbound {
    const { patientId, startMs } = this.#options
    return ENCODE.context({
      patientId,
      unitId: 'faults',
      bedId: patientId,
      effectiveTimeMs: startMs,
      ageBand: '18-64',
      sex: 'unknown',
      diagnosis: '',
      notes: [],
      labs: [],
      consciousness: 'alert',
      supplementalOxygen: false,
      hypercapnicTarget: false,
      deviceIds: [],
      generationMode: 'test',
    })
  }

  /** What the three feeds say of the second with this number; to be asked in order. */
  second(number: number): Due[] {
    const atMs = number * SECOND_MS + this.#options.phaseMs
    return MODALITIES.flatMap((modality) => this.#sent(this.#reading(modality, number, atMs, false), atMs))
  }

  /** The feeds are alive and have nothing to say: all windows before can close. */
  heartbeats(number: number): Outbound[] {
    return MODALITIES.map((modality) =>
      ENCODE.reading(this.#reading(modality, number, number * SECOND_MS + this.#options.phaseMs, true)),
    )
  }

  #sent(reading: Reading, atMs: number): Due[] {
    const random = this.#random
    const record = ENCODE.reading(reading)
    const chance = random()
    const delayMs = chance < 0.85 ? random() * 30 : chance < 0.99 ? 200 + random() * 1_200 : 5_000
    const sent: Due[] = [{ dueMs: atMs + delayMs, record }]
    if (random() < 0.02) sent.push({ dueMs: atMs + delayMs + random() * 3_000, record })
    if (random() < 0.003)
      sent.push({ dueMs: atMs, record: { ...record, value: Buffer.from(`no reading ${Math.floor(random() * 1e9)}`) } })
    return sent
  }

  #reading(modality: Reading['modality'], number: number, atMs: number, heartbeat: boolean): Reading {
    const { patientId, startMs, audible } = this.#options
    const eventTimeMs = startMs + atMs
    const form = {
      patientId,
      feedId: `${patientId}/${modality}`,
      deviceId: `${modality}-${this.#options.seed.toString(16)}`,
      sequence: number,
      eventTimeMs,
      deviceTimeMs: eventTimeMs,
      clockOffsetMs: 0,
      generationMode: 'test' as const,
      heartbeat,
    }
    switch (modality) {
      case 'vitals':
        return { modality, record: { ...form, numerics: heartbeat ? [] : this.#numerics(), waveforms: [] } }
      case 'pcg': {
        const samples = heartbeat ? Buffer.alloc(0) : this.#sound(audible ? PCG_RATE_HZ : 8, number)
        const sampleCount = samples.length / 2
        const site = 'mitral' as const
        const encoding = 'pcm_s16le' as const
        return { modality, record: { ...form, site, sampleRateHz: PCG_RATE_HZ, encoding, sampleCount, samples } }
      }
      case 'video':
        return {
          modality,
          record: { ...form, widthPx: 2, heightPx: 2, jpeg: heartbeat ? Buffer.alloc(0) : JPEG },
        }
    }
  }

  #numerics() {
    return COURSES.map(({ code, inside, outside, crossing }) => {
      const isOutside = this.#random() < crossing ? !this.#outside.has(code) : this.#outside.has(code)
      if (isOutside) this.#outside.add(code)
      else this.#outside.delete(code)
      return { code, value: isOutside ? outside : inside, unit: NUMERICS[code].unit, validity: 'valid' as const }
    })
  }

  /** Two damped tones a beat over a little noise. */
  #sound(count: number, number: number): Buffer {
    const samples = Buffer.alloc(count * 2)
    for (let at = 0; at < count; at++) {
      const s = number + at / PCG_RATE_HZ
      const inBeat = s % 0.8
      const tone = (fromS: number, hz: number): number =>
        inBeat < fromS ? 0 : Math.exp(-(inBeat - fromS) / 0.03) * Math.sin(2 * Math.PI * hz * (inBeat - fromS))
      const value = 0.3 * tone(0.05, 50) + 0.25 * tone(0.35, 70) + 0.004 * (this.#random() - 0.5)
      samples.writeInt16LE(Math.round(value * 32_767), at * 2)
    }
    return samples
  }
}

/** Every topic the load writes to, in the order in which the join breaks ties of append time. */
export const INPUT_TOPICS = ['patient-context', 'vitals', 'heart-audio', 'procedure-video'] as const
