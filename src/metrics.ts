import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { TOPIC_OF_MODALITY } from './reading.ts'
import { PRIORITY_VALUES } from './records.ts'

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

  readonly openWindows = this.#gauge('vigil_open_windows', 'windows that are open')
  readonly archiveBehindMs = this.#gauge('vigil_archive_behind_ms', 'age of the oldest record the archive still lacks')
  readonly screens = this.#gauge('vigil_screens', 'screens that are connected')

  readonly recordLatenessMs = this.#histogram('vigil_record_lateness_ms', 'stream time minus event time')
  readonly inferenceMs = this.#histogram('vigil_inference_ms', 'one run of the model')
  readonly batchWindows = this.#histogram('vigil_batch_windows', 'windows in one run of the model')
  readonly alertLatencyMs = this.#histogram('vigil_alert_latency_ms', 'append of the reading to the alert on its topic')
  readonly storeBatchMs = this.#histogram('vigil_store_batch_ms', 'one batch into the archive')

  constructor() {
    // A series that begins with its first event hides that event from whoever watches its rate.
    for (const priority of PRIORITY_VALUES) this.alertsRaised.inc({ priority }, 0)
    for (const topic of Object.values(TOPIC_OF_MODALITY)) this.readings.inc({ topic }, 0)
  }

  /** Prometheus text format. */
  render(): Promise<string> {
    return this.registry.metrics()
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] })
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: MS_BUCKETS, registers: [this.registry] })
  }
}
