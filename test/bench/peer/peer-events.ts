import { SplittableRandom } from './splittable-random.ts'

/** The first event time of the peer's generator: 10 s aligned. */
export const FIRST_EVENT_MS = 1_700_000_000_000
/** Seconds of vitals past the end: they close the last full window and no later one. */
export const TAIL_SECONDS = 14
const TICK_MS = 100
const AUDIO_SAMPLES = 4_088
const VIDEO_BYTES = 15_344
/** The generator's headers lie before the payload, and were filled with random bytes too. */
const HEADER_BYTES = 16
const PAYLOADS = 256
const VITALS_BASE = [75, 97, 16, 120, 80, 37]
const ECG_SAMPLES = 65

export interface Load {
  patients: number
  seconds: number
  seed: number
}

interface Head {
  patient: number
  /** counts up by one in a feed, in event-time order */
  sequence: number
  eventTimeMs: number
}

export type PeerEvent = Head &
  (
    | { kind: 'vitals'; numerics: Float64Array; ecg: Float64Array }
    /** big-endian samples */
    | { kind: 'audio'; samples: Uint8Array }
    | { kind: 'video'; bytes: Uint8Array }
    /** what our feeds say in the tail, where the peer's are silent */
    | { kind: 'audio_heartbeat' | 'video_heartbeat' }
  )

type Drawn = Head & { kind: PeerEvent['kind'] }

/** The readings that the peer's generator makes for this load; heartbeats are not among them. */
export function eventsOf({ patients, seconds }: Load): number {
  return patients * ((seconds + TAIL_SECONDS) * 10 + 2 * seconds)
}

/**
 * The events of peer.Gen, in its order and from its seed, tick by tick of 100 ms of arrival. 5 % arrive up to 3 s after their
 * event time. Equal sums over all payload bytes, and equal summaries of every window, show that it is the same events.
 */
export function* peerTicks({ patients, seconds, seed }: Load): Generator<PeerEvent[]> {
  const random = new SplittableRandom(seed)
  const audio = payloads(random, HEADER_BYTES + AUDIO_SAMPLES * 2)
  const video = payloads(random, HEADER_BYTES + VIDEO_BYTES)
  const phases = Array.from({ length: patients }, () => ({
    vitals: random.nextBelow(100),
    audio: random.nextBelow(1_000),
    video: random.nextBelow(1_000),
  }))
  const feedTicks = (seconds + TAIL_SECONDS) * 10
  const arriving = new Map<number, Drawn[]>()
  const draw = (tick: number, drawn: Drawn): void => {
    const delay = random.nextBelow(100) < 5 ? random.nextBelow(31) : 0
    arriveAt(arriving, tick + delay, drawn)
  }
  for (let tick = 0; tick < feedTicks + 40; tick++) {
    const second = Math.floor(tick / 10)
    if (tick < feedTicks) {
      for (const [patient, phase] of phases.entries()) {
        const eventTimeMs = FIRST_EVENT_MS + tick * TICK_MS + phase.vitals
        draw(tick, { kind: 'vitals', patient, sequence: tick, eventTimeMs })
        for (const kind of ['audio', 'video'] as const) {
          if (Math.floor(phase[kind] / TICK_MS) !== tick % 10) continue
          const sent = { patient, sequence: second, eventTimeMs: FIRST_EVENT_MS + second * 1_000 + phase[kind] }
          if (second < seconds) draw(tick, { kind, ...sent })
          else arriveAt(arriving, tick, { kind: `${kind}_heartbeat`, ...sent })
        }
      }
    }
    const drawn = arriving.get(tick) ?? []
    arriving.delete(tick)
    yield drawn.map((head) => complete(head, random, audio, video))
  }
}

function arriveAt(arriving: Map<number, Drawn[]>, tick: number, drawn: Drawn): void {
  const there = arriving.get(tick)
  if (there === undefined) arriving.set(tick, [drawn])
  else there.push(drawn)
}

function complete(
  { kind, patient, sequence, eventTimeMs }: Drawn,
  random: SplittableRandom,
  audio: readonly Uint8Array[],
  video: readonly Uint8Array[],
): PeerEvent {
  const head = { patient, sequence, eventTimeMs }
  const payload = (patient * 31 + Math.floor(eventTimeMs / 1_000)) % PAYLOADS
  switch (kind) {
    case 'vitals': {
      const numerics = new Float64Array(VITALS_BASE.length)
      for (const [index, base] of VITALS_BASE.entries()) {
        numerics[index] = Math.fround(base + Math.fround((random.nextBelow(2_000) - 1_000) / 500))
      }
      const ecg = new Float64Array(ECG_SAMPLES)
      for (let index = 0; index < ECG_SAMPLES; index++)
        ecg[index] = Math.sin((eventTimeMs + VITALS_BASE.length + index) / 130)
      return { kind, ...head, numerics, ecg }
    }
    case 'audio':
      return { kind, ...head, samples: audio[payload] ?? new Uint8Array(0) }
    case 'video':
      return { kind, ...head, bytes: video[payload] ?? new Uint8Array(0) }
    case 'audio_heartbeat':
    case 'video_heartbeat':
      return { kind, ...head }
  }
}

function payloads(random: SplittableRandom, bytes: number): Uint8Array[] {
  return Array.from({ length: PAYLOADS }, () => {
    const payload = new Uint8Array(bytes)
    random.nextBytes(payload)
    return payload.subarray(HEADER_BYTES)
  })
}
