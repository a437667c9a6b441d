import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Batch, LogRecord } from '../ingest/log.ts'
import { readRecord } from '../ingest/record-check.ts'
import { type AlertState, type LateReading, type Modality, type Prediction, TOPIC_OF_MODALITY } from '../reading.ts'
import type { Metrics } from '../metrics.ts'
import type { AppliedCommands } from './applied-commands.ts'
import type { Broadcast } from './broadcast.ts'
import { DEAD_LETTERS, roomsOfBed, unitRoom } from './rooms.ts'
import type { Screens } from './screens.ts'
import { predictionUpdate, windowUpdate } from './updates.ts'
import type { Ward } from './ward.ts'
import type { WatchTrace } from './watch-trace.ts'

interface StateRelayOptions {
  ward: Ward
  broadcast: Broadcast
  screens: Screens
  applied: AppliedCommands
  clock: Clock
  metrics: Metrics
  trace: WatchTrace
  logger: Logger
}

/** Who is in the bed, what was concluded and what was raised: to the boards, and to the screens as soon as it is in the log. */
export class StateRelay {
  readonly #options: StateRelayOptions
  readonly #sinceMs: number

  constructor(options: StateRelayOptions) {
    this.#options = options
    this.#sinceMs = options.clock.nowMs()
    options.ward.readSinceMs ??= this.#sinceMs
  }

  receive(batch: Batch): void {
    const { ward } = this.#options
    for (const record of batch.records) {
      if (!FROM_THE_BEGINNING.has(record.topic))
        ward.readSinceMs = Math.min(ward.readSinceMs ?? record.appendTimeMs, record.appendTimeMs)
      try {
        this.#relay(record)
      } catch (error) {
        // One record must not keep the alerts behind it from the screens; that it could not be shown is a bug to be seen.
        const { topic, partition, offset } = record
        this.#options.logger.error({ err: error, topic, partition, offset }, 'a record could not be shown')
      }
    }
  }

  /** What cannot be read is skipped here: the stage that topics.ts names sends it to dead-letter. */
  #relay(record: LogRecord): void {
    switch (record.topic) {
      case 'alerts':
        return this.#alert(record)
      case 'alert-commands': {
        const command = readRecord(record.topic, record)
        return command.ok ? this.#options.ward.noise.command(command.record, record.appendTimeMs) : undefined
      }
      case 'patient-context':
        return this.#context(record)
      case 'alert-state': {
        if (record.value === null) return
        const state = readRecord(record.topic, record)
        return state.ok ? this.#state(state.record) : undefined
      }
      case 'predictions': {
        const prediction = readRecord(record.topic, record)
        return prediction.ok ? this.#prediction(prediction.record, record.appendTimeMs) : undefined
      }
      case 'late-readings': {
        const late = readRecord(record.topic, record)
        return late.ok ? this.#late(late.record) : undefined
      }
      case 'dead-letter':
        return this.#deadLetter(record)
      default:
        return
    }
  }

  #alert(record: LogRecord): void {
    const { ward, broadcast } = this.#options
    const alert = readRecord('alerts', record)
    if (!alert.ok) return
    ward.load.take(alert.record, record.appendTimeMs)
    ward.noise.take(alert.record, record.appendTimeMs)
    const view = ward.alerts.take(alert.record, record.appendTimeMs)
    if (view === null) return
    const { patientId } = view
    // The unit as the alert names it, too: a bed that moved unit a moment ago is still looked for there.
    const rooms = new Set([...roomsOfBed(patientId, ward.beds.unitOf(patientId)), unitRoom(view.unitId)])
    broadcast.send([...rooms], 'alert', view)
    this.#options.trace.alert(alert.record, record.appendTimeMs)
    if (record.appendTimeMs < this.#sinceMs) return
    ward.deliveries.told(view.transitionId, record.appendTimeMs)
    this.#options.metrics.alertToScreenMs.observe(Math.max(0, this.#options.clock.nowMs() - record.appendTimeMs))
  }

  #context(record: LogRecord): void {
    const { ward, broadcast, screens } = this.#options
    const patientId = record.key
    const before = ward.beds.has(patientId) ? ward.beds.unitOf(patientId) : null
    if (record.value === null) {
      ward.beds.discharge(patientId, record.appendTimeMs)
      ward.alerts.discharge(patientId)
      ward.load.discharge(patientId, record.appendTimeMs)
      ward.noise.discharge(patientId)
      ward.feeds.discharge(patientId)
      ward.recent.forget(patientId)
    } else {
      const context = readRecord('patient-context', record)
      if (!context.ok) return
      ward.beds.admit(context.record)
    }
    const bed = ward.beds.view(patientId)
    // Who may no longer see the patient has left the room before anything more of the patient is said in it.
    if (before !== null && before !== bed?.unitId) screens.moved(patientId, before, bed?.unitId ?? null)
    if (bed !== null) broadcast.send(roomsOfBed(patientId, bed.unitId), 'bed', bed)
  }

  #state(state: AlertState): void {
    const { ward, broadcast, applied } = this.#options
    applied.take(state)
    for (const [feedId, feed] of Object.entries(state.feeds))
      ward.feeds.seen(feed.modality, state.patientId, feedId, feed.lastEventTimeMs, feed.lastAppendTimeMs)
    ward.alerts.restore(state)
    if (!ward.beds.state(state)) return
    const bed = ward.beds.view(state.patientId)
    if (bed !== null) broadcast.send(roomsOfBed(state.patientId, bed.unitId), 'bed', bed)
  }

  #prediction(prediction: Prediction, appendTimeMs: number): void {
    const { ward, broadcast } = this.#options
    const { patientId } = prediction
    if (ward.beds.appear(patientId, appendTimeMs) === 'discharged') return
    for (const { modality, feedId, lastEventTimeMs } of prediction.sources)
      ward.feeds.seen(modality, patientId, feedId, lastEventTimeMs, 0)
    const update = predictionUpdate('live', prediction)
    if (!ward.beds.prediction(update)) return
    const rooms = roomsOfBed(patientId, ward.beds.unitOf(patientId))
    broadcast.sendOfBed(patientId, rooms, 'window', windowUpdate('live', prediction))
    broadcast.sendOfBed(patientId, rooms, 'prediction', update)
    this.#options.trace.prediction(prediction, appendTimeMs)
  }

  #late({ id, topic, patientId, feedId }: LateReading): void {
    const modality = MODALITY_OF_TOPIC.get(topic)
    if (modality !== undefined) this.#options.ward.feeds.late(id, modality, patientId, feedId)
  }

  #deadLetter(record: LogRecord): void {
    const { ward, broadcast } = this.#options
    const letter = readRecord('dead-letter', record)
    const view = letter.ok ? ward.deadLetters.take(letter.record) : null
    if (view !== null) broadcast.offer(DEAD_LETTERS, 'dead-letter', view)
  }
}

/** Compacted: their oldest record says nothing of how far back the others were read. */
const FROM_THE_BEGINNING: ReadonlySet<string> = new Set(['patient-context', 'alert-state'])

const MODALITY_OF_TOPIC: ReadonlyMap<string, Modality> = new Map(
  (Object.entries(TOPIC_OF_MODALITY) as [Modality, string][]).map(([modality, topic]) => [topic, modality]),
)
