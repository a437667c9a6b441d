import { type Logger } from 'pino'
import { type Clock } from '../clock.ts'
import { type Config } from '../config.ts'
import { type ErrorCode } from '../errors.ts'
import { deadLetterOf } from '../ingest/dead-letter.ts'
import { type Batch, type Log, type LogRecord, type Subscription } from '../ingest/log.ts'
import { appendPersistently } from '../ingest/persistent-append.ts'
import { readReading, readRecord } from '../ingest/record-check.ts'
import { type TopicName } from '../ingest/topics.ts'
import { type Metrics } from '../metrics.ts'
import { type AlertState, type Outbound } from '../reading.ts'
import { type Stage, type StageHealth } from '../stage.ts'
import { type AlarmRules, alarmRules } from './alarm-rules.ts'
import { BedRegister } from './bed-register.ts'
import { type RaiseEvent } from './raise-event.ts'

const TOPICS = ['patient-context', 'alert-commands', 'vitals', 'predictions'] as const satisfies TopicName[]
/** States without news are written this often; so much is read again after a crash. */
const WRITE_EVERY_MS = 2_000

interface RaiseStageOptions {
  log: Log
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
}

interface Partition {
  beds: BedRegister
  /** Append time from which silence counts: what happened while nobody read is no silence of a bed. */
  watchingSinceMs: number
  writtenAtMs: number
  ours: boolean
}

/**
 * Inputs: vitals, predictions, alert-commands, patient-context. Outputs: alerts, and alert-state from which a restart goes
 * on; dead-letter. A state is in the log before the alerts of its step, which it holds in its outbox, and an offset is
 * committed when every state that has seen it is: after a crash nothing is missing, and what is told again has the same id.
 */
class RaiseStage implements Stage {
  readonly name = 'raise'
  readonly #options: RaiseStageOptions
  readonly #rules: AlarmRules
  readonly #partitions = new Map<number, Partition>()
  #subscription: Subscription | null = null
  #state: StageHealth['state'] = 'starting'
  #failure = ''
  #stopping = false

  constructor(options: RaiseStageOptions) {
    this.#options = options
    this.#rules = alarmRules(options.config)
  }

  async start(): Promise<void> {
    this.#subscription = await this.#options.log.subscribe({
      group: 'vigil-raise',
      topics: TOPICS,
      tables: ['patient-context'],
      delivery: 'arrival',
      from: 'beginning',
      receiver: {
        assigned: (partitions) => this.#assigned(partitions),
        revoked: (partitions) => Promise.resolve(this.#revoked(partitions)),
        receive: (batch) => this.#receive(batch),
      },
      onFailed: (error) => {
        this.#state = 'failed'
        this.#failure = error.message
        this.#options.logger.error({ err: error }, 'raise stopped')
      },
    })
    if (this.#state === 'starting') this.#state = 'running'
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#subscription?.stop()
    this.#subscription = null
    this.#partitions.clear()
    if (this.#state !== 'failed') this.#state = 'stopped'
  }

  health(): StageHealth {
    if (this.#state !== 'running') return { state: this.#state, detail: this.#failure }
    const registers = [...this.#partitions.values()].map(({ beds }) => beds)
    const beds = registers.reduce((sum, register) => sum + register.beds, 0)
    const standing = registers.reduce((sum, register) => sum + register.standing, 0)
    return { state: 'running', detail: `${beds} beds, ${standing} alerts stand` }
  }

  async #assigned(numbers: readonly number[]): Promise<void> {
    const { log, clock } = this.#options
    const restored = new Map(numbers.map((number) => [number, new Map<string, AlertState>()]))
    const unreadable: Outbound[] = []
    for await (const record of log.readAll('alert-state', numbers)) {
      if (record.value === null) restored.get(record.partition)?.delete(record.key)
      else {
        const read = readRecord('alert-state', record)
        if (read.ok) restored.get(record.partition)?.set(record.key, read.record)
        else unreadable.push(this.#deadLetter(record, read.code, read.detail))
      }
    }
    // The crash may have come between a state and its alerts; whoever has them already knows them by their ids.
    const states = [...restored.values()].flatMap((beds) => [...beds.values()])
    const outboxes = log.atomicAppend
      ? []
      : states.flatMap(({ patientId, outbox }) => outbox.map((value) => ({ topic: 'alerts', key: patientId, value })))
    await this.#append([...unreadable, ...outboxes], () => !this.#stopping)
    for (const number of numbers)
      this.#partitions.set(number, {
        beds: new BedRegister(this.#rules, restored.get(number) ?? new Map<string, AlertState>()),
        watchingSinceMs: clock.nowMs(),
        writtenAtMs: clock.monotonicMs(),
        ours: true,
      })
  }

  #revoked(numbers: readonly number[]): void {
    for (const number of numbers) {
      const partition = this.#partitions.get(number)
      if (partition !== undefined) partition.ours = false
      this.#partitions.delete(number)
    }
  }

  async #receive(batch: Batch): Promise<void> {
    const partition = this.#partitions.get(batch.partition)
    if (partition === undefined || this.#stopping) return
    const { beds } = partition
    const letters: Outbound[] = []
    const alarming: number[] = []
    for (const record of batch.records) {
      const raised = this.#apply(beds, record, letters)
      beds.reached(record.topic, record.offset)
      if (raised > 0 && record.topic === 'vitals') alarming.push(record.appendTimeMs)
    }
    beds.pass(batch.readThroughMs, partition.watchingSinceMs)

    const { log, clock, metrics } = this.#options
    const due = clock.monotonicMs() - partition.writtenAtMs >= WRITE_EVERY_MS
    if (!due && !beds.hasAlerts && letters.length === 0) return
    const { states, alerts } = beds.takeStep(due)
    const wanted = (): boolean => partition.ours && !this.#stopping
    const steps = log.atomicAppend ? [[...letters, ...states, ...alerts]] : [[...letters, ...states], alerts]
    for (const step of steps) if ((await this.#append(step, wanted)) === 'given_up') return
    for (const appendTimeMs of alarming) metrics.alertLatencyMs.observe(Math.max(0, clock.nowMs() - appendTimeMs))
    if (!due) return
    partition.writtenAtMs = clock.monotonicMs()
    await this.#subscription?.commit(batch.partition, beds.positions)
  }

  /** Applies a record; returns how many alerts it raised. */
  #apply(beds: BedRegister, record: LogRecord, letters: Outbound[]): number {
    const event = this.#eventOf(record, letters)
    if (event === null) return 0
    const { alerts, refused } = beds.apply(record.key, event)
    if (refused !== null) letters.push(this.#deadLetter(record, refused, 'the command was not followed'))
    const raised = alerts.filter(({ transition }) => transition === 'raised')
    for (const { priority } of raised) this.#options.metrics.alertsRaised.inc({ priority })
    return raised.length
  }

  #eventOf(record: LogRecord, letters: Outbound[]): RaiseEvent | null {
    const { topic, offset, appendTimeMs } = record
    const place = { topic, offset, appendTimeMs }
    switch (topic) {
      case 'vitals': {
        // What cannot be read here is sent to dead-letter by join, which reads the same topic.
        const read = readReading(record, { futureToleranceMs: this.#options.config.futureToleranceMs })
        if (!read.ok || read.reading.modality !== 'vitals') return null
        return { ...place, type: 'vitals', reading: read.reading.record, timing: read.timing }
      }
      case 'patient-context': {
        if (record.value === null) return { ...place, type: 'context', context: null }
        const read = readRecord(topic, record)
        return read.ok ? { ...place, type: 'context', context: read.record } : null
      }
      case 'predictions': {
        const read = readRecord(topic, record)
        if (read.ok) return { ...place, type: 'prediction', prediction: read.record }
        letters.push(this.#deadLetter(record, read.code, read.detail))
        return null
      }
      case 'alert-commands': {
        const read = readRecord(topic, record)
        if (read.ok) return { ...place, type: 'command', command: read.record }
        letters.push(this.#deadLetter(record, read.code, read.detail))
        return null
      }
      default:
        return null
    }
  }

  #append(records: readonly Outbound[], wanted: () => boolean): Promise<'appended' | 'given_up'> {
    const { log, clock, logger } = this.#options
    return appendPersistently(log, records, { clock, logger, wanted })
  }

  #deadLetter(record: LogRecord, code: ErrorCode, detail: string): Outbound {
    this.#options.metrics.deadLetters.inc({ code })
    return deadLetterOf(record, code, detail, 'raise')
  }
}

export function createRaiseStage(options: RaiseStageOptions): Stage {
  return new RaiseStage(options)
}
