import { createSimulatedBeds } from '../../src/acquire/simulated-bed.ts'
import { encodeRecord } from '../../src/ingest/avro-codec.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import { type Conclusion, windowRecord } from '../../src/join/window-record.ts'
import type { PatientContext, PatientWindow, Prediction, Reading } from '../../src/reading.ts'
import { rowsOf } from '../../src/store/rows-of-record.ts'
import type { RowBatch } from '../../src/store/tables.ts'
import { JoinUnderTest, type Told } from '../join/join-under-test.ts'
import { numeric } from '../predict/windows.ts'
import { readingOf, recordOf } from '../support/readings.ts'

const HOUR_MS = 3_600_000
const CLOSINGS_AT_ONCE = 10
const SETTINGS = {
  sizeMs: 10_000,
  graceMs: 2_000,
  sourceIdleMs: 20_000,
  windowWaitMs: 30_000,
  futureToleranceMs: 60_000,
}

const NOTHING: Conclusion = {
  rung: 'limits_only',
  risk: null,
  riskLow: null,
  riskHigh: null,
  parts: [],
  missing: [],
  model: null,
}

export interface StoredBed {
  /** as the join closed it, of `startMs` */
  live: PatientWindow
  startMs: number
  /** all that the store stage would have written, record by record */
  batches: readonly RowBatch[]
  lateReadings: number
}

/**
 * A bed with two days behind it, whose last window has vital signs with waveforms, an alarm, heart sounds and frames: through the join, and as
 * rows. One reading comes twice, two in the wrong order, and two too late.
 */
export async function storedBed(patientId: string, startMs: number): Promise<StoredBed> {
  const sent = await readingsOf(patientId, startMs)
  const join = new JoinUnderTest(SETTINGS)
  const records: LogRecord[] = []
  const told: Told[] = []
  const take = (record: LogRecord): void => {
    records.push(record)
    told.push(...join.advance(record.appendTimeMs), ...join.receive(record))
  }
  for (const [offset, context] of contexts(patientId, startMs).entries())
    take({
      topic: 'patient-context',
      partition: 0,
      offset,
      key: patientId,
      value: encodeRecord('patient-context', context),
      appendTimeMs: startMs - 51 * HOUR_MS + offset,
    })
  for (const [offset, { reading, appendTimeMs }] of sent.entries()) take(recordOf(reading, offset, appendTimeMs))
  told.push(...join.end(startMs + HOUR_MS))

  const closed = told.flatMap((one) => (one.kind === 'window' ? [one.closed] : []))
  const predictions = closed.map((one) => windowRecord(one, NOTHING))
  const live = closed.find(({ window }) => window.startMs === startMs)?.window
  if (live === undefined) throw new Error('the window was not closed')
  const rows = records.map((record) => rowsOf(record, { futureToleranceMs: SETTINGS.futureToleranceMs }))
  const late = told.flatMap((one) => (one.kind === 'late' ? [one.late] : []))
  const written = rows.flatMap((result) => (result.ok ? [result.rows] : []))
  return {
    live,
    startMs,
    batches: [...closings(predictions), { late_readings: late }, ...written],
    lateReadings: late.length,
  }
}

function closings(predictions: readonly Prediction[]): RowBatch[] {
  return Array.from({ length: Math.ceil(predictions.length / CLOSINGS_AT_ONCE) }, (_, batch) => {
    const some = predictions.slice(batch * CLOSINGS_AT_ONCE, (batch + 1) * CLOSINGS_AT_ONCE)
    return { windows: some, predictions: some }
  })
}

interface Sent {
  reading: Reading
  appendTimeMs: number
}

async function readingsOf(patientId: string, startMs: number): Promise<Sent[]> {
  const sent: Sent[] = []
  const send = (reading: Reading, delayMs = 300): void => {
    const record = { ...reading.record, generationMode: 'real' as const }
    sent.push({ reading: { ...reading, record } as Reading, appendTimeMs: reading.record.eventTimeMs + delayMs })
  }
  // Two days of a monitor that says something now and then, and of a cuff.
  for (let minute = 50 * 60; minute > 2; minute -= 7) {
    const eventTimeMs = startMs - minute * 60_000 + 11
    const numerics = [
      numeric('hr', 60 + (minute % 37) / 3),
      numeric('spo2', minute % 3 === 0 ? null : 91 + (minute % 8)),
      numeric('temp', 36 + (minute % 11) / 7, { validity: minute % 2 === 0 ? 'valid' : 'questionable' }),
      numeric('rr', 12.5 + (minute % 5)),
    ]
    send(readingOf({ patientId, feedId: 'monitor', eventTimeMs, numerics }))
    send(readingOf({ patientId, feedId: 'monitor', eventTimeMs: eventTimeMs + 900, numerics: [numeric('hr', 71.25)] }))
    if (minute % 2 === 0)
      send(
        readingOf({
          patientId,
          feedId: 'cuff',
          eventTimeMs: eventTimeMs + 2_000,
          numerics: [numeric('nbp_sys', 101.3 + (minute % 29))],
        }),
      )
  }
  const [bed] = createSimulatedBeds({ beds: 1, seed: 5, startMs: startMs - 60_000 })
  for (const { reading } of (await bed?.readings(startMs - 60_000, startMs + 30_000)) ?? []) {
    const named = { ...reading, record: { ...reading.record, patientId } } as Reading
    if (named.modality === 'vitals' && named.record.eventTimeMs >= startMs)
      named.record = { ...named.record, numerics: slowed(named.record.numerics) }
    send(named)
  }
  const last = sent.at(-1)
  if (last !== undefined) sent.push({ ...last, appendTimeMs: last.appendTimeMs + 5 })
  send(
    readingOf({ patientId, feedId: 'cuff', eventTimeMs: startMs + 4_000, numerics: [numeric('nbp_mean', 77.7)] }),
    900,
  )
  // Too late: for a window before, of what nobody else measures, and for this one.
  const late = { patientId, feedId: 'monitor' }
  send(readingOf({ ...late, eventTimeMs: startMs - 19_000, numerics: [numeric('etco2', 44)] }), 26_000)
  send(readingOf({ ...late, eventTimeMs: startMs + 5_000, numerics: [numeric('hr', 199)] }), 23_000)
  return sent.sort((a, b) => a.appendTimeMs - b.appendTimeMs)
}

function slowed(numerics: Extract<Reading, { modality: 'vitals' }>['record']['numerics']): typeof numerics {
  return numerics.map((one) => (one.code === 'hr' ? { ...one, value: 31, validity: 'valid' } : one))
}

/** Who he is, a word more of him, and one that holds only after the window. */
function contexts(patientId: string, startMs: number): PatientContext[] {
  const context: PatientContext = {
    patientId,
    unitId: 'icu-3',
    bedId: 'bed-7',
    effectiveTimeMs: startMs - 50 * HOUR_MS,
    ageBand: '60-69',
    sex: 'female',
    diagnosis: 'pneumonia',
    notes: ['Coughs. "Quoted", and 38.5 °C at home.'],
    labs: [{ code: 'lactate', value: 2.7, unit: 'mmol/l', timeMs: startMs - HOUR_MS }],
    consciousness: 'alert',
    supplementalOxygen: null,
    hypercapnicTarget: false,
    deviceIds: ['m-1'],
    generationMode: 'real',
  }
  return [
    context,
    { ...context, effectiveTimeMs: startMs - HOUR_MS, notes: [...context.notes, 'Intubated at noon.'] },
    { ...context, effectiveTimeMs: startMs + 20_000, ageBand: '90+', notes: ['Of somebody else.'] },
  ]
}
