import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import type { ErrorCode } from '../errors.ts'
import { deadLetterOf } from '../ingest/dead-letter.ts'
import type { Batch, Log, LogRecord, Positions, Subscription } from '../ingest/log.ts'
import { outbound } from '../ingest/outbound.ts'
import { appendPersistently } from '../ingest/persistent-append.ts'
import { readHeader, readRecord } from '../ingest/record-check.ts'
import type { TopicName } from '../ingest/topics.ts'
import type { Metrics } from '../metrics.ts'
import { type JoinState, type Modality, type Outbound, type PatientWindow, TOPIC_OF_MODALITY } from '../reading.ts'
import { MODALITY_VALUES } from '../records.ts'
import type { Stage, StageHealth } from '../stage.ts'
import { NO_TRACER, type Tracer } from '../trace.ts'
import { observeAnswered, observeClosed } from './join-figures.ts'
import { JoinTrace } from './join-trace.ts'
import type { JoinPolicy } from './patient-join.ts'
import { tumblingWindows } from './tumbling-windows.ts'
import { OutputChains } from './output-chains.ts'
import { byPatient, type PatientOutputs, recordsOf } from './patient-outputs.ts'
import { restoredStates } from './restored-states.ts'
import type { Conclusion } from './window-record.ts'
import { type JoinOutput, WindowedJoin } from './windowed-join.ts'

/** Ties in append time are broken in this order: who is in the bed is known before what is measured there. */
const TOPICS = ['patient-context', 'vitals', 'heart-audio', 'procedure-video'] as const satisfies TopicName[]
/** What the log does not take in this time is concluded again at the next start. */
const LAST_OUTPUTS_MS = 2_000
const COMMIT_EVERY_MS = 1_000

interface JoinStageOptions {
  log: Log
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
  tracer?: Tracer
  /** Predict's answers to windows, in their order, each when it is there; none rejects on account of a model. */
  conclude: (windows: readonly PatientWindow[]) => readonly Promise<Conclusion>[]
}

/** A partition that is ours: its join, and what puts its outputs into the log. */
interface Partition {
  join: WindowedJoin
  chains: OutputChains
  committedAtMs: number
  /** of patients whose results are in the log, since it was last written */
  states: Map<string, JoinState>
  ours: boolean
}

/**
 * Inputs: vitals, heart-audio, procedure-video, patient-context. Outputs: one record a closed window on predictions, the
 * state to go on from on join-state, late-readings, dead-letter. An offset is committed when the outputs of all that lies
 * before it are in the log.
 */
export class JoinStage implements Stage {
  readonly name = 'join'
  readonly #options: JoinStageOptions
  readonly #policy: JoinPolicy
  readonly #trace: JoinTrace
  readonly #partitions = new Map<number, Partition>()
  #subscription: Subscription | null = null
  /** What waits for its answer or for the log, in bytes: closed windows with their media, late readings. */
  #waitingBytes = 0
  #wake: (() => void)[] = []
  #state: StageHealth['state'] = 'starting'
  #failure = ''
  #stopping = false

  constructor(options: JoinStageOptions) {
    this.#options = options
    this.#trace = new JoinTrace(options.tracer ?? NO_TRACER, options.clock)
    const { windowSizeMs, windowGraceMs, sourceIdleMs, windowWaitMs } = options.config
    const windows = tumblingWindows({ sizeMs: windowSizeMs, graceMs: windowGraceMs })
    this.#policy = { windows, sourceIdleMs, windowWaitMs }
    options.metrics.beforeRender(() => {
      let bytes = this.#waitingBytes
      for (const { join } of this.#partitions.values()) bytes += join.bytes
      options.metrics.queueBytes.set({ queue: 'join' }, bytes)
    })
  }

  async start(): Promise<void> {
    this.#subscription = await this.#options.log.subscribe({
      group: 'vigil-join',
      topics: TOPICS,
      tables: ['patient-context'],
      delivery: 'merged',
      bytes: 'lent',
      from: 'beginning',
      receiver: {
        assigned: (partitions, signal) => this.#assigned(partitions, signal),
        revoked: (partitions) => this.#revoked(partitions),
        receive: (batch) => this.#receive(batch),
      },
      onFailed: (error) => this.#fail(error),
    })
    this.#state = 'running'
  }

  async stop(deadline = Deadline.in(STOP_WITHIN_MS, this.#options)): Promise<void> {
    this.#stopping = true
    this.#makeRoom()
    const lasts = [...this.#partitions].map(async ([number, partition]) => {
      await partition.chains.settled()
      await this.#commit(number, partition, partition.join.committable)
    })
    await deadline.atMost(LAST_OUTPUTS_MS).wait(Promise.allSettled(lasts), 'the last windows')
    for (const partition of this.#partitions.values()) partition.ours = false
    await this.#subscription?.stop(deadline)
    this.#subscription = null
    this.#partitions.clear()
    if (this.#state !== 'failed') this.#state = 'stopped'
  }

  health(): StageHealth {
    if (this.#state !== 'running') return { state: this.#state, detail: this.#failure }
    const joins = [...this.#partitions.values()].map((partition) => partition.join)
    const patients = joins.reduce((sum, join) => sum + join.patients, 0)
    const open = joins.reduce((sum, join) => sum + join.openWindows, 0)
    this.#options.metrics.openWindows.set(open)
    return { state: 'running', detail: `${patients} patients, ${open} windows open` }
  }

  async #assigned(partitions: readonly number[], signal?: AbortSignal): Promise<void> {
    const { states, unreadable } = await restoredStates(this.#options.log, partitions, signal)
    const letters = unreadable.map(({ record, code, detail }) => this.#deadLetter(record, code, detail))
    await this.#append(letters, () => !this.#stopping)
    for (const partition of partitions) {
      const kept: Partition = {
        join: new WindowedJoin(this.#policy, states.get(partition)),
        chains: new OutputChains(
          (records) => this.#append(records, () => kept.ours),
          (error) => this.#fail(error),
        ),
        committedAtMs: -Infinity,
        states: new Map(),
        ours: true,
      }
      this.#partitions.set(partition, kept)
    }
  }

  async #revoked(partitions: readonly number[]): Promise<void> {
    for (const number of partitions) {
      const partition = this.#partitions.get(number)
      if (partition === undefined) continue
      partition.ours = false
      this.#partitions.delete(number)
    }
    await Promise.resolve()
  }

  async #receive(batch: Batch): Promise<void> {
    const partition = this.#partitions.get(batch.partition)
    if (partition === undefined || this.#stopping) return
    const letters: Outbound[] = []
    const outputs: JoinOutput[] = []
    this.#takeAll(partition.join, batch.records, outputs, letters)
    outputs.push(...partition.join.advance(batch.readThroughMs))
    const { clock, config, metrics } = this.#options
    const windows = outputs.flatMap((output) => (output.kind === 'window' ? [output.closed] : []))
    metrics.windowsClosed.inc(windows.length)
    const closedAtMs = clock.nowMs()
    observeClosed(metrics, windows)
    this.#trace.closed(windows)
    const due = clock.monotonicMs() - partition.committedAtMs >= COMMIT_EVERY_MS
    if (outputs.length === 0 && letters.length === 0 && !due) return

    const committable = due ? partition.join.committable : null
    if (due) partition.committedAtMs = clock.monotonicMs()
    if (letters.length > 0) this.#sendLetters(partition, letters)
    // All are asked for at once, so that the most ill of the batch is answered first.
    const answers = this.#options.conclude(windows.map(({ window }) => window))
    const answerOf = new Map(windows.map((closed, index) => [closed, answers[index]]))
    for (const [patientId, of] of byPatient(outputs)) {
      const records = recordsOf(of, answerOf, metrics)
      this.#send(partition, patientId, of, records, closedAtMs)
    }
    if (committable !== null)
      partition.chains.afterwards(async () => {
        if (partition.ours) await this.#commit(batch.partition, partition, committable)
      })
    const room = (): Promise<void> => new Promise((resolve) => this.#wake.push(resolve))
    while (this.#waitingBytes > config.joinQueueBytes && !this.#stopping) await room()
  }

  /** Records into the join, one after the other. */
  #takeAll(join: WindowedJoin, records: readonly LogRecord[], outputs: JoinOutput[], letters: Outbound[]): void {
    const counts = { vitals: 0, pcg: 0, video: 0 }
    for (const record of records) {
      const told = this.#take(join, record, letters, counts)
      if (told.length > 0) outputs.push(...told)
    }
    const { readings } = this.#options.metrics
    for (const modality of MODALITY_VALUES) readings.inc({ topic: TOPIC_OF_MODALITY[modality] }, counts[modality])
  }

  /** One record into the join; what cannot be read goes to dead-letter and holds nobody up. */
  #take(
    join: WindowedJoin,
    record: LogRecord,
    letters: Outbound[],
    counts: Record<Modality, number>,
  ): readonly JoinOutput[] {
    if (record.topic === 'patient-context') {
      const read = record.value === null ? null : readRecord('patient-context', record)
      if (read === null || read.ok) return join.receiveContext(record, read?.record ?? null)
      letters.push(this.#deadLetter(record, read.code, read.detail))
      return join.receiveNothing(record)
    }
    const read = readHeader(record, this.#options.config)
    if (!read.ok || read.timing === 'ahead') {
      letters.push(
        read.ok ? this.#deadLetter(record, 'TIME_AHEAD', '') : this.#deadLetter(record, read.code, read.detail),
      )
      return join.receiveNothing(record)
    }
    // Most are vitals, and a name that is always the same costs nothing.
    if (read.header.modality === 'vitals') counts.vitals++
    else counts[read.header.modality]++
    this.#trace.placed(read.header)
    return join.receive(read.header)
  }

  /** Puts a patient's results into the log when they are there, with the state to go on from. */
  #send(
    partition: Partition,
    patientId: string,
    { windows, bytes }: PatientOutputs,
    results: Promise<readonly Outbound[]>,
    closedAtMs: number,
  ): void {
    const { clock, metrics, log } = this.#options
    const states = windows.flatMap(({ state }) => state ?? [])
    let concludedAtMs = NaN
    const records = results.then((all) => {
      concludedAtMs = clock.nowMs()
      // Where the log takes all or nothing, a window is concluded once; elsewhere states are written when it is time to commit.
      return log.atomicAppend ? [...all, ...states.map((state) => outbound('join-state', state))] : all
    })
    const appended = (): void => {
      if (!log.atomicAppend) for (const state of states) partition.states.set(state.patientId, state)
      metrics.predictions.inc(windows.length)
      observeAnswered(metrics, windows, closedAtMs, clock.nowMs())
      this.#trace.answered(windows, concludedAtMs)
    }
    this.#waitingBytes += bytes
    partition.chains.put(patientId, records, appended, () => this.#letGo(bytes))
  }

  #sendLetters(partition: Partition, letters: readonly Outbound[]): void {
    const bytes = letters.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
    this.#waitingBytes += bytes
    partition.chains.put(
      '',
      Promise.resolve(letters),
      () => undefined,
      () => this.#letGo(bytes),
    )
  }

  #letGo(bytes: number): void {
    this.#waitingBytes -= bytes
    this.#makeRoom()
  }

  /**
   * Results go before the state that says that they are out, and that before the offset: twice is harmless, never is not. A
   * state may be older than the last results: then these are concluded again, with the same ids.
   */
  async #commit(number: number, partition: Partition, committable: Positions): Promise<void> {
    const states = [...partition.states.values()].map((state) => outbound('join-state', state))
    partition.states.clear()
    if (await this.#append(states, () => partition.ours)) await this.#subscription?.commit(number, committable)
  }

  async #append(records: readonly Outbound[], wanted: () => boolean): Promise<boolean> {
    return (await appendPersistently(this.#options.log, records, { ...this.#options, wanted })) !== 'given_up'
  }

  #deadLetter(record: LogRecord, code: ErrorCode, detail: string): Outbound {
    this.#options.metrics.deadLetters.inc({ code })
    return deadLetterOf(record, code, detail, 'join')
  }

  #makeRoom(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  #fail(error: unknown): void {
    this.#state = 'failed'
    this.#failure = error instanceof Error ? error.message : String(error)
    this.#options.logger.error({ err: error }, 'join stopped')
  }
}
