import type { PatientContext, Reading } from '../reading.ts'
import type { BedSource, DeviceReading } from './bed-source.ts'
import type { DemoEventKind } from './demo-event.ts'
import { DEMO_SCRIPTS, type DemoScript, SCRIPT_PERIOD_S } from './demo-script.ts'
import { mixedSeed } from './seeded-random.ts'
import { type Slot, SimulatedFeed, staggerMs } from './simulated-feed.ts'
import { FRAME_HEIGHT_PX, FRAME_WIDTH_PX, simulatedFrame } from './simulated-frame.ts'
import { PCG_RATE_HZ, SimulatedHeartSound } from './simulated-heart-sound.ts'
import { LaparoscopyScene } from './simulated-laparoscopy.ts'
import { LungScene } from './simulated-lung.ts'
import { monitorSecond } from './simulated-monitor.ts'
import { SimulatedPatient } from './simulated-patient.ts'
import type { SimulatedScene } from './simulated-scene.ts'
import { packed } from './simulated-waveform.ts'

/** How far apart in their script beds are that follow the same one, s. */
const REPEAT_SHIFT_S = 137
const MONITOR_DRIFT_PPM = 20
const PCG_SCALE = 1 / 32_768

interface SimulatedBedOptions {
  /** 0 is the first bed. */
  index: number
  seed: number
  startMs: number
}

/** One bed whose monitor, stethoscope and scope see the same simulated heart and breath. */
export class SimulatedBed implements BedSource {
  readonly patientId: string
  readonly #bedId: string
  readonly #script: DemoScript
  readonly #startMs: number
  readonly #shiftS: number
  readonly #patient: SimulatedPatient
  readonly #heartSound: SimulatedHeartSound
  readonly #scene: SimulatedScene
  readonly #monitor: SimulatedFeed
  readonly #stethoscope: SimulatedFeed
  readonly #scope: SimulatedFeed
  readonly #deviceIds: { monitor: string; stethoscope: string; scope: string }

  constructor({ index, seed, startMs }: SimulatedBedOptions) {
    const bedSeed = mixedSeed(seed, index)
    const at = staggerMs(index)
    this.patientId = `demo-${String(index + 1).padStart(2, '0')}`
    this.#bedId = `Bed ${index + 1}`
    this.#script = DEMO_SCRIPTS[index % DEMO_SCRIPTS.length] ?? DEMO_SCRIPTS[0]
    this.#startMs = startMs
    this.#shiftS = (Math.floor(index / DEMO_SCRIPTS.length) * REPEAT_SHIFT_S) % SCRIPT_PERIOD_S
    this.#patient = new SimulatedPatient(this.#script, bedSeed)
    this.#heartSound = new SimulatedHeartSound(this.#patient)
    this.#scene = this.#script.lungWater === undefined ? new LaparoscopyScene(bedSeed) : new LungScene(bedSeed)
    this.#monitor = new SimulatedFeed(startMs, at, mixedSeed(bedSeed, 61))
    this.#stethoscope = new SimulatedFeed(startMs, (at + 333) % 1_000, mixedSeed(bedSeed, 62))
    this.#scope = new SimulatedFeed(startMs, (at + 667) % 1_000, mixedSeed(bedSeed, 63))
    this.#deviceIds = {
      monitor: `monitor-${serialNumber(index, 1)}`,
      stethoscope: `stethoscope-${serialNumber(index, 2)}`,
      scope: `scope-${serialNumber(index, 3)}`,
    }
  }

  context(): PatientContext {
    const { labs, ...person } = this.#script.person
    return {
      patientId: this.patientId,
      unitId: 'demo-icu',
      bedId: this.#bedId,
      effectiveTimeMs: this.#startMs,
      ...person,
      notes: [...person.notes],
      labs: labs.map(([code, value, unit]) => ({
        code,
        value,
        unit,
        timeMs: this.#startMs - 2 * 3_600_000,
      })),
      hypercapnicTarget: false,
      deviceIds: Object.values(this.#deviceIds),
      generationMode: 'demo',
    }
  }

  async readings(fromMs: number, toMs: number): Promise<readonly DeviceReading[]> {
    const frames = this.#scope.slots(fromMs, toMs).map((slot) => this.#frame(slot))
    const readings = [
      ...this.#monitor.slots(fromMs, toMs).map((slot) => this.#vitals(slot)),
      ...this.#stethoscope.slots(fromMs, toMs).map((slot) => this.#chunk(slot)),
      ...(await Promise.all(frames)),
    ].filter((reading) => reading !== null)
    return readings.sort((one, other) => one.receivedMs - other.receivedMs)
  }

  /** Time-stamped as a monitor does, as it sends: the numerics are of that moment, the waveforms end there. */
  #vitals(slot: Slot): DeviceReading | null {
    if (this.#during('monitor_silent', slot)) return null
    const deviceTimeMs = slot.endMs + this.#monitorErrorMs(slot)
    const form = this.#form('monitor', 'monitor_silent', slot, deviceTimeMs)
    const fromS = slot.fromS + this.#shiftS
    const seen = monitorSecond(this.#patient, fromS, slot.index, deviceTimeMs - 1_000)
    return received(slot, { modality: 'vitals', record: { ...form, heartbeat: false, ...seen } })
  }

  /** Time-stamped with its first sample. */
  #chunk(slot: Slot): DeviceReading | null {
    if (this.#during('stethoscope_silent', slot)) return null
    const resting = this.#during('stethoscope_resting', slot)
    const form = this.#form('stethoscope', 'stethoscope_silent', slot, slot.endMs - (resting ? 0 : 1_000))
    const sound = resting ? null : this.#heartSound.second(slot.fromS + this.#shiftS)
    const record = {
      ...form,
      heartbeat: resting,
      site: this.#patient.murmur > 0 ? ('aortic' as const) : ('mitral' as const),
      sampleRateHz: PCG_RATE_HZ,
      encoding: 'pcm_s16le' as const,
      sampleCount: sound?.values.length ?? 0,
      samples: sound === null ? Buffer.alloc(0) : packed(sound.values, PCG_SCALE, 0),
    }
    return received(slot, { modality: 'pcg', record })
  }

  /** Time-stamped as it was seen. */
  async #frame(slot: Slot): Promise<DeviceReading | null> {
    if (this.#during('scope_silent', slot)) return null
    const resting = this.#during('scope_resting', slot)
    const atS = slot.fromS + 1 + this.#shiftS
    const beats = this.#patient.cycle.beatsAt(atS)
    const jpeg = resting
      ? Buffer.alloc(0)
      : await simulatedFrame(this.#scene, {
          chest: this.#patient.cycle.chestAt(atS),
          beatShare: beats - Math.floor(beats),
          drift: Math.sin(atS / 37),
          viewLost: this.#during('view_lost', slot),
          lungWater: this.#patient.lungWaterAt(atS),
        })
    const record = {
      ...this.#form('scope', 'scope_silent', slot, slot.endMs),
      heartbeat: resting,
      widthPx: FRAME_WIDTH_PX,
      heightPx: FRAME_HEIGHT_PX,
      jpeg,
    }
    return received(slot, { modality: 'video', record })
  }

  #form(device: 'monitor' | 'stethoscope' | 'scope', silence: DemoEventKind, slot: Slot, deviceTimeMs: number) {
    const { events } = this.#patient
    const sent =
      events.secondsWithout(silence, slot.index + this.#shiftS) - events.secondsWithout(silence, this.#shiftS)
    return {
      patientId: this.patientId,
      feedId: `${this.patientId}/${device}`,
      deviceId: this.#deviceIds[device],
      // A ward that is started anew begins later, so its numbers go on above those of the one before.
      sequence: Math.floor(this.#startMs / 1_000) + sent,
      eventTimeMs: deviceTimeMs,
      deviceTimeMs,
      clockOffsetMs: 0,
      generationMode: 'demo' as const,
    }
  }

  #during(kind: DemoEventKind, slot: Slot): boolean {
    return this.#patient.events.during(kind, slot.index + this.#shiftS)
  }

  /** How far the monitor's clock is ahead, ms; only a clock that is set wrong drifts as well. */
  #monitorErrorMs(slot: Slot): number {
    const step = this.#script.monitorClock?.findLast(([fromS]) => fromS <= slot.index)
    return step === undefined ? 0 : step[1] * 1_000 + Math.round((slot.index * MONITOR_DRIFT_PPM) / 1_000)
  }
}

/** The beds of the demo ward, `demo-01` first. */
export function createSimulatedBeds({
  beds,
  seed,
  startMs,
}: {
  beds: number
  seed: number
  startMs: number
}): BedSource[] {
  return Array.from({ length: beds }, (_, index) => new SimulatedBed({ index, seed, startMs }))
}

function received({ receivedMs }: Slot, reading: Reading): DeviceReading {
  return { receivedMs, reading }
}

/** A device is known by its own number, which says nothing of a patient, so that it may stand in a log. */
function serialNumber(index: number, kind: number): string {
  return mixedSeed(index, kind, 77).toString(16).padStart(8, '0')
}
