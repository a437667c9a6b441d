import { computed, signal } from '@preact/signals'
import type { Assignment, GenerationMode, Limit, LimitChange, Numeric, PatientContext } from '../../src/records.ts'
import type {
  AlertView,
  BedView,
  FrameUpdate,
  HeartSoundUpdate,
  PredictionUpdate,
  VitalsUpdate,
  WindowUpdate,
} from '../../src/watch/events.ts'
import { standing } from './alert-order.ts'
import { LiveTrend } from './live-trend.ts'
import type { Seen } from './staleness.ts'
import { Waves } from './wave.ts'

export interface SeenNumeric extends Seen {
  numeric: Numeric
  feedId: string
}

const RISKS_KEPT = 12

/** One bed as this screen knows it, live or played back. Samples lie outside the signals (see wave.ts). */
export class Bed {
  readonly patientId: string
  readonly mode: 'live' | 'playback'
  readonly unitId = signal('')
  readonly bedId = signal('')
  readonly context = signal<PatientContext | null>(null)
  readonly numerics = signal<ReadonlyMap<string, SeenNumeric>>(new Map())
  readonly vitalsSeen = signal<Seen | null>(null)
  readonly generationMode = signal<GenerationMode | null>(null)
  readonly prediction = signal<PredictionUpdate | null>(null)
  /** Oldest first. */
  readonly risks = signal<readonly { windowStartMs: number; risk: number | null }[]>([])
  readonly lastWindow = signal<WindowUpdate | null>(null)
  readonly alerts = signal<ReadonlyMap<string, AlertView>>(new Map())
  readonly standing = computed(() => standing(this.alerts.value.values()))
  readonly audioPausedUntilMs = signal<number | null>(null)
  /** What a person set; `effectiveLimits` is what holds, the unit's included. */
  readonly limits = signal<readonly Limit[]>([])
  readonly effectiveLimits = signal<readonly Limit[]>([])
  readonly unitLimits = signal<readonly Limit[]>([])
  readonly limitChanges = signal<readonly LimitChange[]>([])
  /** Who looks after the patient; null: nobody. */
  readonly assignment = signal<Assignment | null>(null)
  readonly frame = signal<(Seen & { update: FrameUpdate }) | null>(null)
  readonly heartSound = signal<(Seen & { site: string }) | null>(null)
  /** Event time a playback has reached; null for a live bed. */
  readonly playedAtMs = signal<number | null>(null)
  readonly trend = new LiveTrend()
  readonly waves: Waves
  /** Hears every heart-sound chunk as it comes; null while nobody listens. */
  listener: ((update: HeartSoundUpdate) => void) | null = null
  /** The last transition up to which this screen has every one; what came after a gap does not move it. */
  bedSequence = 0
  /** Numbers of transitions that came after a gap. */
  readonly #ahead = new Set<number>()
  #newestSequence = 0
  /** Monotonic time at which this screen came to know the bed. */
  sinceMs: number | null = null

  constructor(patientId: string, mode: 'live' | 'playback' = 'live', speed = 1) {
    this.patientId = patientId
    this.mode = mode
    this.bedId.value = patientId
    this.waves = new Waves(speed)
  }

  /**
   * All the server knows of the bed takes the place of what this screen knew. `caughtUp`: the transitions before it were
   * asked for with it. A view that comes alone may run ahead of transitions that never arrive, so it closes no gap.
   */
  take(view: BedView, arrivedMs: number, caughtUp: boolean): void {
    this.unitId.value = view.unitId
    this.bedId.value = view.bedId === '' ? view.patientId : view.bedId
    this.context.value = view.context
    if (view.vitals !== null) this.vitals(view.vitals, arrivedMs)
    if (view.prediction !== null) this.predicted(view.prediction)
    this.alerts.value = new Map(view.alerts.map((alert) => [alert.alertId, alert]))
    this.audioPausedUntilMs.value = view.audioPausedUntilMs
    this.limits.value = view.limits ?? []
    this.effectiveLimits.value = view.effectiveLimits ?? []
    this.unitLimits.value = view.unitLimits ?? []
    this.limitChanges.value = view.limitChanges ?? []
    this.assignment.value = view.assignment ?? null
    this.sinceMs ??= arrivedMs
    this.#newestSequence = view.bedSequence
    if (caughtUp) {
      this.bedSequence = view.bedSequence
      this.#ahead.clear()
    }
    if (view.context !== null) this.generationMode.value = view.context.generationMode
  }

  vitals(update: VitalsUpdate, arrivedMs: number): void {
    if (update.numerics.length === 0) return
    const { eventTimeMs, feedId } = update
    const numerics = new Map(this.numerics.peek())
    for (const numeric of update.numerics) {
      const known = numerics.get(numeric.code)
      // An older reading of the same feed that comes late does not take the place of a newer one.
      if (known !== undefined && known.feedId === feedId && known.eventTimeMs > eventTimeMs) continue
      numerics.set(numeric.code, { numeric, feedId, eventTimeMs, arrivedMs })
    }
    this.numerics.value = numerics
    this.generationMode.value = update.generationMode
    this.trend.take(eventTimeMs, update.numerics)
    const seen = this.vitalsSeen.peek()
    if (seen === null || seen.eventTimeMs <= eventTimeMs) this.vitalsSeen.value = { eventTimeMs, arrivedMs }
  }

  predicted(update: PredictionUpdate): void {
    const known = this.prediction.peek()
    if (known !== null && known.windowStartMs > update.windowStartMs) return
    this.prediction.value = update
    const { windowStartMs, risk } = update
    const before = this.risks.peek().filter((point) => point.windowStartMs < windowStartMs)
    this.risks.value = [...before, { windowStartMs, risk }].slice(-RISKS_KEPT)
  }

  /** Returns false when transitions before this one are missing. */
  alert(alert: AlertView): boolean {
    const known = this.alerts.peek().get(alert.alertId)
    if (known === undefined || known.bedSequence <= alert.bedSequence) {
      const alerts = new Map(this.alerts.peek())
      if (alert.presence === 'off') alerts.delete(alert.alertId)
      else alerts.set(alert.alertId, alert)
      this.alerts.value = alerts
    }
    if (alert.bedSequence >= this.#newestSequence) {
      this.#newestSequence = alert.bedSequence
      this.audioPausedUntilMs.value = alert.audioPausedUntilMs
    }
    if (alert.bedSequence > this.bedSequence) this.#ahead.add(alert.bedSequence)
    while (this.#ahead.delete(this.bedSequence + 1)) this.bedSequence++
    return this.#ahead.size === 0
  }

  /** Whether this screen has had this transition. */
  had({ bedSequence }: Pick<AlertView, 'bedSequence'>): boolean {
    return bedSequence <= this.bedSequence || this.#ahead.has(bedSequence)
  }

  framed(update: FrameUpdate, arrivedMs: number): void {
    this.frame.value = { update, eventTimeMs: update.eventTimeMs, arrivedMs }
  }

  heard(update: HeartSoundUpdate, arrivedMs: number): void {
    const endMs = this.waves.takeHeartSound(update, arrivedMs)
    this.heartSound.value = { eventTimeMs: endMs, arrivedMs, site: update.site }
    if (update.recent !== true) this.listener?.(update)
  }
}
