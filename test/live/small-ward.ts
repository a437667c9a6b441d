import { pino } from 'pino'
import { SystemClock, type Timer } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { Metrics } from '../../src/metrics.ts'
import { createRaiseStage } from '../../src/raise/raise-stage.ts'
import type { Stage } from '../../src/stage.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { context, vitals } from '../watch/ward-records.ts'
import type { Log } from '../../src/ingest/log.ts'
import { openWard, type PastClock, type WardUnderTest } from '../watch/ward-under-test.ts'
import { freePort } from './free-port.ts'
import { eventually } from './ward-process.ts'

const clock = new SystemClock()
const BEDS = ['Bed 1', 'Bed 2', 'Bed 3', 'Bed 4'] as const
export type BedName = (typeof BEDS)[number]

/** Numerics that raise nothing. */
const WELL = { hr: 76, spo2: 97 }

/** Four beds whose numerics a test sets, over a real log, with raise, watch and the built web app, and nothing else. */
export class SmallWard {
  readonly config
  readonly #values = new Map<BedName, typeof WELL>(BEDS.map((bed) => [bed, WELL]))
  #ward: WardUnderTest | null = null
  #raise: Stage | null = null
  #timer: Timer | null = null
  #sequence = 0

  constructor(config: Parameters<typeof defaultConfig>[0] = {}) {
    this.config = config
  }

  /** `story`: as of a ward under test. */
  async open(story: ((log: Log, clock: PastClock) => Promise<void>) | null = null): Promise<string> {
    this.#ward = await openWard({ port: await freePort(), ...this.config }, null, story)
    const config = defaultConfig(this.config)
    const logger = pino({ level: 'silent' })
    this.#raise = createRaiseStage({ log: this.ward.log, clock, metrics: new Metrics(), logger, config })
    await this.#raise.start()
    const contexts = BEDS.map((bedId) => context({ patientId: idOf(bedId), bedId, deviceIds: [] }))
    await this.ward.log.append(contexts.map((one) => outbound('patient-context', one)))
    this.#timer = clock.every(1_000, () => void this.#send())
    return this.ward.url
  }

  get ward(): WardUnderTest {
    if (this.#ward === null) throw new Error('the ward is not open')
    return this.#ward
  }

  /** From the next second on. */
  set(bed: BedName, values: Partial<typeof WELL>): void {
    this.#values.set(bed, { ...WELL, ...values })
  }

  async alerts(): Promise<AlertView[]> {
    const response = await fetch(`${this.ward.url}/api/alerts?limit=1000`)
    return (await response.json()) as AlertView[]
  }

  alert(what: string, accept: (alert: AlertView) => boolean): Promise<AlertView> {
    return eventually(what, 60_000, async () => (await this.alerts()).find(accept))
  }

  /** SpO2 84 at a bed, and the high alert of it. */
  low(bed: BedName): Promise<AlertView> {
    this.set(bed, { spo2: 84 })
    return this.alert(`a high alert of ${bed}`, ({ bedId, condition, presence, priority }) => {
      return bedId === bed && condition === 'limit:spo2:low' && presence === 'on' && priority === 'high'
    })
  }

  /** The dashboard's process ends; with it gone, an alert of `bed` is raised; then it starts again at the same address. */
  async restart(gone: () => Promise<void>, bed: BedName): Promise<void> {
    await this.ward.stage.stop()
    await gone()
    this.set(bed, { spo2: 84 })
    await eventually('the alert in the log', 30_000, async () => {
      for await (const { key } of this.ward.log.readAll('alerts')) if (key === idOf(bed)) return true
      return false
    })
    await this.ward.restart()
  }

  async close(): Promise<void> {
    this.#timer?.cancel()
    await this.#raise?.stop()
    await this.#ward?.close()
  }

  async #send(): Promise<void> {
    const nowMs = clock.nowMs()
    this.#sequence++
    const readings = BEDS.map((bed) => {
      const { hr, spo2 } = this.#values.get(bed) ?? WELL
      return vitals(nowMs, {
        patientId: idOf(bed),
        feedId: `${bed}/vitals`,
        sequence: this.#sequence,
        numerics: [
          { code: 'hr', value: hr, unit: '/min', validity: 'valid' },
          { code: 'spo2', value: spo2, unit: '%', validity: 'valid' },
        ],
      })
    })
    await this.ward.log.append(readings.map((reading) => outbound('vitals', reading))).catch(() => undefined)
  }
}

function idOf(bed: BedName): string {
  return `patient-${bed.at(-1)}`
}
