import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ERRORS } from './errors.ts'
import { TOPIC_OF_MODALITY } from './reading.ts'
import { PRIORITY_VALUES } from './records.ts'
import { type NamedHealth, STAGE_STATES } from './stage.ts'

const MS_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000]

/** The metrics of one process, in the field's names; the table in src/README.md is tested against it. No label names a patient. */
export class Metrics {
  readonly registry = new Registry()

  readonly readings = this.#counter('vigil_readings_total', 'readings taken into windows or found late', ['topic'])
  readonly windowsClosed = this.#counter('vigil_windows_closed_total', 'windows closed', [])
  readonly predictions = this.#counter('vigil_predictions_total', 'windows that were answered', [])
  readonly alertsRaised = this.#counter('vigil_alerts_raised_total', 'alerts raised', ['priority'])
  readonly lateReadings = this.#counter('vigil_late_readings_total', 'readings whose window had closed', [])
  readonly deadLetters = this.#counter('vigil_dead_letters_total', 'records that could not be read', ['code'])
  readonly lostRecords = this.#counter(
    'vigil_lost_records_total',
    'records that the log had removed before a group had read them',
    ['group', 'topic'],
  )
  readonly shadowWindows = this.#counter(
    'vigil_shadow_windows_total',
    'windows that a model in the shadow was asked about',
    ['model', 'outcome'],
  )
  readonly modelRestarts = this.#counter('vigil_model_restarts_total', 'inference processes replaced', [])
  readonly spooledReadings = this.#counter(
    'vigil_spooled_readings_total',
    'readings that waited on disk for the log',
    [],
  )
  readonly rowsStored = this.#counter('vigil_rows_stored_total', 'rows committed to the archive', ['table'])
  readonly volatileDropped = this.#counter(
    'vigil_screen_updates_dropped_total',
    'trend and waveform updates a slow screen missed',
    [],
  )

  readonly lostSpans = this.#counter('vigil_spans_lost_total', 'spans of traces that could not be sent', [])

  readonly openWindows = this.#gauge('vigil_open_windows', 'windows that are open')
  readonly archiveBehindMs = this.#gauge('vigil_archive_behind_ms', 'age of the oldest record the archive still lacks')
  readonly screens = this.#gauge('vigil_screens', 'screens that are connected')

  readonly beds = this.#gauge('vigil_beds', 'beds that are watched')
  readonly feeds = this.#gauge('vigil_feeds', 'feeds by whether they sent within the idle time', ['modality', 'state'])
  readonly queueBytes = this.#gauge('vigil_queue_bytes', 'bytes that wait in this process or in its spool', ['queue'])
  readonly modelQueueWindows = this.#gauge('vigil_model_queue_windows', 'windows that wait for their turn at a model')
  readonly consumerLagRecords = this.#gauge(
    'vigil_consumer_lag_records',
    'records in the log that a group has not committed',
    ['group', 'topic'],
  )
  readonly stageState = this.#gauge('vigil_stage_state', '1 for the state a stage of this process is in', [
    'stage',
    'state',
  ])
  readonly buildInfo = this.#gauge('vigil_build_info', 'always 1; what runs here', ['version', 'node'])

  readonly recordLatenessMs = this.#histogram(
    'vigil_record_lateness_ms',
    'stream time minus event time of late readings',
  )
  readonly watermarkLagMs = this.#histogram(
    'vigil_watermark_lag_ms',
    'append time minus the watermark of each live source as a window closes',
    ['modality'],
  )
  readonly inferenceMs = this.#histogram('vigil_inference_ms', 'one run of the model')
  readonly batchWindows = this.#histogram('vigil_batch_windows', 'windows in one run of the model')
  readonly alertLatencyMs = this.#histogram('vigil_alert_latency_ms', 'append of the reading to the alert on its topic')
  readonly predictionLatencyMs = this.#histogram(
    'vigil_prediction_latency_ms',
    'close of a window to its prediction in the log',
  )
  readonly windowToPredictionMs = this.#histogram(
    'vigil_window_to_prediction_ms',
    'end of a window in event time to its prediction in the log',
  )
  readonly readingToScreenMs = this.#histogram(
    'vigil_reading_to_screen_ms',
    'event time of a reading to its way to the screens',
    ['modality'],
  )
  readonly alertToScreenMs = this.#histogram('vigil_alert_to_screen_ms', 'append of an alert to its way to the screens')
  readonly alertPaintedMs = this.#histogram(
    'vigil_alert_painted_ms',
    'append of an alert to the frame with it on a visible page, per screen; by the server’s clock as the screen knows it, which is late by the least way there and so too short by that',
  )
  readonly storeBatchMs = this.#histogram('vigil_store_batch_ms', 'one batch into the archive')

  /** Node's own, under the names every client of Prometheus uses; begun by whoever starts a process. */
  readonly #process = new Registry()
  readonly #samplers: (() => void)[] = []

  constructor() {
    // A series that begins with its first event hides that event from whoever watches its rate.
    for (const priority of PRIORITY_VALUES) this.alertsRaised.inc({ priority }, 0)
    for (const topic of Object.values(TOPIC_OF_MODALITY)) this.readings.inc({ topic }, 0)
    for (const [code, { domain }] of Object.entries(ERRORS)) if (domain === 'device') this.deadLetters.inc({ code }, 0)
    this.#dropped()
  }

  /** What runs here, and what Node says of the process. */
  describeProcess(version: string): void {
    this.buildInfo.set({ version, node: process.version }, 1)
    collectDefaultMetrics({ register: this.#process })
  }

  /** Runs before every answer: for gauges that are looked up rather than counted. It must be quick. */
  beforeRender(sampler: () => void): void {
    this.#samplers.push(sampler)
  }

  /** The state of each stage, as a series for each state it can be in. */
  stages(health: readonly NamedHealth[]): void {
    for (const { name: stage, state: actual } of health)
      for (const state of STAGE_STATES) this.stageState.set({ stage, state }, state === actual ? 1 : 0)
  }

  /** Prometheus text format. */
  async render(): Promise<string> {
    for (const sample of this.#samplers) sample()
    return `${await this.registry.metrics()}\n${await this.#process.metrics()}`
  }

  /** The field's one name for what was left out; here it is the sum of what has a counter of its own and is kept. */
  #dropped(): void {
    const { lateReadings, deadLetters } = this
    new Counter({
      name: 'vigil_dropped_records_total',
      help: 'records that nothing was concluded from: late ones and, by code, dead letters',
      labelNames: ['reason'],
      registers: [this.registry],
      async collect() {
        this.reset()
        for (const { value } of (await lateReadings.get()).values) this.inc({ reason: 'late' }, value)
        for (const { value, labels } of (await deadLetters.get()).values)
          this.inc({ reason: String(labels.code) }, value)
      },
    })
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }

  #gauge<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] })
  }

  #histogram<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets: MS_BUCKETS, registers: [this.registry] })
  }
}
