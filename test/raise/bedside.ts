import { type AlarmRules, alarmRules } from '../../src/raise/alarm-rules.ts'
import { freshState } from '../../src/raise/patient-state.ts'
import type { RaiseEvent } from '../../src/raise/raise-event.ts'
import { next } from '../../src/raise/transition.ts'
import { defaultConfig } from '../../src/config.ts'
import { NUMERICS, type NumericCode } from '../../src/reading.ts'
import type { Alert, AlertCommand, AlertState, Prediction, Validity, VitalsReading } from '../../src/records.ts'

export const RULES: AlarmRules = alarmRules(defaultConfig())
export const START_MS = 1_700_000_000_000

export type Values = Partial<Record<NumericCode, number | null | { value: number | null; validity: Validity }>>

export function vitals(atS: number, values: Values, changes: Partial<VitalsReading> = {}): VitalsReading {
  const eventTimeMs = START_MS + atS * 1_000
  return {
    patientId: 'p1',
    feedId: 'monitor',
    deviceId: 'd1',
    sequence: atS,
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test',
    heartbeat: false,
    numerics: Object.entries(values).map(([code, given]) => {
      const { value, validity } =
        typeof given === 'object' && given !== null
          ? given
          : { value: given, validity: given === null ? ('not_available' as const) : ('valid' as const) }
      return { code, value, unit: NUMERICS[code as NumericCode].unit, validity }
    }),
    waveforms: [],
    ...changes,
  }
}

export function prediction(window: number, changes: Partial<Prediction> = {}): Prediction {
  const windowStartMs = START_MS + window * 10_000
  return {
    id: `prediction-${window}`,
    patientId: 'p1',
    windowStartMs,
    windowEndMs: windowStartMs + 10_000,
    generationMode: 'test',
    closedBy: 'watermark',
    vitalsCount: 10,
    pcgCount: 0,
    videoCount: 0,
    sources: [],
    contentDigest: '',
    rung: 'news2',
    risk: null,
    riskLow: null,
    riskHigh: null,
    parts: [],
    missing: [],
    model: null,
    ...changes,
  }
}

export function command(commandId: string, changes: Partial<AlertCommand>): AlertCommand {
  return {
    commandId,
    patientId: 'p1',
    userId: 'nurse',
    issuedAtMs: START_MS,
    action: 'acknowledge',
    alertId: null,
    durationMs: null,
    limit: null,
    label: null,
    reason: null,
    assignee: null,
    ...changes,
  }
}

/** One patient and what was raised; offsets count by themselves. */
export class Bedside {
  state: AlertState = freshState('p1')
  readonly alerts: Alert[] = []
  readonly events: RaiseEvent[] = []
  #offset = 0

  apply(event: RaiseEvent): readonly Alert[] {
    this.events.push(event)
    const { state, alerts } = next(this.state, event, RULES)
    this.state = state
    this.alerts.push(...alerts)
    return alerts
  }

  vitals(atS: number, values: Values, changes: Partial<VitalsReading> = {}, appendS = atS): readonly Alert[] {
    return this.apply({
      type: 'vitals',
      topic: 'vitals',
      offset: this.#offset++,
      appendTimeMs: START_MS + appendS * 1_000,
      timing: 'plausible',
      reading: vitals(atS, values, changes),
    })
  }

  prediction(window: number, changes: Partial<Prediction>): readonly Alert[] {
    const appendTimeMs = START_MS + window * 10_000 + 12_000
    const made = prediction(window, changes)
    return this.apply({
      type: 'prediction',
      topic: 'predictions',
      offset: this.#offset++,
      appendTimeMs,
      prediction: made,
    })
  }

  command(atS: number, changes: Partial<AlertCommand>): readonly Alert[] {
    return this.apply({
      type: 'command',
      topic: 'alert-commands',
      offset: this.#offset++,
      appendTimeMs: START_MS + atS * 1_000,
      command: command(`c${this.#offset}`, changes),
    })
  }

  time(atS: number): readonly Alert[] {
    return this.apply({ type: 'time', readThroughMs: START_MS + atS * 1_000, watchingSinceMs: START_MS })
  }

  acknowledge(atS: number, condition: string): readonly Alert[] {
    const alertId = this.state.conditions.find((each) => each.condition === condition)?.alertId ?? null
    return this.command(atS, { action: 'acknowledge', alertId })
  }

  /** An answer of a person; the newest alert of the condition is meant. */
  answer(
    atS: number,
    action: 'accept' | 'reject' | 'escalate',
    condition: string,
    changes: Partial<AlertCommand> = {},
  ): readonly Alert[] {
    const alertId = this.state.conditions.find((each) => each.condition === condition)?.alertId ?? null
    return this.command(atS, { action, alertId, ...changes })
  }

  /** Such as `raised limit:spo2:low high on`. */
  story(): string[] {
    return told(this.alerts)
  }
}

export function told(alerts: readonly Alert[]): string[] {
  return alerts.map(
    ({ transition, condition, priority, presence }) => `${transition} ${condition} ${priority} ${presence}`,
  )
}
