import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type CsvColumns, parseColumns, splitRow, timeOfCell, valueOfCell } from './csv-columns.ts'
import type { LocalTime } from './local-time.ts'
import type { OpenedRecording, RecordedReading, Recording, RecordingFault } from './recording.ts'
import { numericOfValue, packPhysical } from './sample-packing.ts'
import { numericOf, waveformCodes, waveformUnit } from './signal-labels.ts'

/** Rows from which the sampling rate is taken: later times are often printed with too few digits (BIDMC: `%.5g`). */
const RATE_ROWS = 50
/** Rows at least this far apart are numerics. */
const NUMERIC_PERIOD_MS = 500
/** A time column that leaves the even grid by more than this (or two samples) starts it again: a gap. */
const GRID_TOLERANCE_MS = 20

const HEAD_BYTES = 65_536

/**
 * Opens a table with a time column and a column for each numeric or waveform; the distance of its rows tells which.
 * `local`: what its times mean where they name no zone.
 */
export async function openCsvRecording(path: string, local: LocalTime): Promise<OpenedRecording> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const lines = (await textAt(file, 0, HEAD_BYTES)).split(/\r?\n/)
    // The last line of a head that is not the whole file is cut.
    const rows = (size > HEAD_BYTES ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== '')
    const [headerLine = '', first] = rows
    if (first === undefined) return { ok: false, code: 'FILE_EMPTY', detail: 'no row after the first line' }
    const parsed = parseColumns(headerLine.replace(/^\ufeff/, ''), first)
    if (!parsed.ok) return { ok: false, code: 'FILE_FORMAT_UNKNOWN', detail: parsed.detail }
    const { columns } = parsed
    const times: number[] = []
    for (const row of rows.slice(1, 1 + RATE_ROWS)) times.push(timeOfRow(columns, row, local, times.at(-1)))
    const startMs = times[0] ?? NaN
    if (!Number.isFinite(startMs)) return { ok: false, code: 'FILE_FORMAT_UNKNOWN', detail: 'row 1 has no time' }
    const periodMs = periodOf(times)
    if (periodMs === null) return { ok: false, code: 'FILE_FORMAT_UNKNOWN', detail: 'time does not go forward' }
    const tail = await textAt(file, Math.max(0, size - 4096), 4096)
    const durationMs = durationOf(columns, tail, startMs, periodMs, local)
    const fault = endsInARow(columns, tail)
      ? null
      : ({ code: 'FILE_TRUNCATED', detail: 'the last row is cut' } as const)
    return { ok: true, recording: new CsvRecording(path, columns, local, startMs, periodMs, durationMs, fault) }
  } finally {
    await file.close()
  }
}

class CsvRecording implements Recording {
  readonly modality = 'vitals'
  readonly durationMs: number | null
  readonly #path: string
  readonly #columns: CsvColumns
  readonly #local: LocalTime
  readonly #startMs: number
  readonly #periodMs: number
  #fault: RecordingFault | null

  constructor(
    path: string,
    columns: CsvColumns,
    local: LocalTime,
    startMs: number,
    periodMs: number,
    durationMs: number | null,
    fault: RecordingFault | null,
  ) {
    this.#path = path
    this.#columns = columns
    this.#local = local
    this.#startMs = startMs
    this.#periodMs = periodMs
    this.durationMs = durationMs
    this.#fault = fault
  }

  fault(): RecordingFault | null {
    return this.#fault
  }

  read(): AsyncIterable<RecordedReading> {
    return this.#periodMs >= NUMERIC_PERIOD_MS ? this.#numerics() : this.#waveforms()
  }

  async *#numerics(): AsyncIterable<RecordedReading> {
    const names = this.#columns.values.map(({ label, unit }) => numericOf(label, unit))
    for await (const { offsetMs, values } of this.#rows()) {
      const numerics = names.map((name, index) => numericOfValue(name, values[index] ?? null))
      yield { modality: 'vitals', offsetMs: Math.round(offsetMs), lengthMs: 0, numerics, waveforms: [] }
    }
  }

  /** Second by second; samples are placed by their count, the time column only shows gaps. */
  async *#waveforms(): AsyncIterable<RecordedReading> {
    const tolerance = Math.max(2 * this.#periodMs, GRID_TOLERANCE_MS)
    let gridStartMs = 0
    let placed = 0
    let rows: number[][] = []
    let rowsStart = 0
    for await (const { offsetMs, values } of this.#rows()) {
      const expected = gridStartMs + placed * this.#periodMs
      if (Math.abs(offsetMs - expected) > tolerance) {
        if (rows.length > 0) yield this.#stretch(rows, gridStartMs + rowsStart * this.#periodMs)
        gridStartMs = offsetMs
        placed = 0
        rowsStart = 0
        rows = []
      }
      // A second is over where its next row would lie on or behind the second after the grid's start.
      const second = Math.floor((placed * this.#periodMs + 1e-6) / 1000)
      if (rows.length > 0 && second > Math.floor((rowsStart * this.#periodMs + 1e-6) / 1000)) {
        yield this.#stretch(rows, gridStartMs + rowsStart * this.#periodMs)
        rows = []
        rowsStart = placed
      }
      rows.push(values)
      placed++
    }
    if (rows.length > 0) yield this.#stretch(rows, gridStartMs + rowsStart * this.#periodMs)
  }

  #stretch(rows: readonly (readonly number[])[], startOffsetMs: number): RecordedReading {
    const codes = waveformCodes(this.#columns.values.map(({ label }) => label))
    const waveforms = this.#columns.values.map(({ unit }, index) => {
      const code = codes[index] ?? ''
      const stretch = {
        code,
        unit: waveformUnit(code, unit),
        startOffsetMs: Math.round(startOffsetMs),
        sampleRateHz: 1000 / this.#periodMs,
      }
      return packPhysical(
        stretch,
        rows.map((row) => row[index] ?? NaN),
      )
    })
    const lengthMs = Math.round(rows.length * this.#periodMs)
    return { modality: 'vitals', offsetMs: Math.round(startOffsetMs), lengthMs, numerics: [], waveforms }
  }

  async *#rows(): AsyncIterable<{ offsetMs: number; values: number[] }> {
    const input = createReadStream(this.#path)
    let line = 0
    let unread = 0
    let timeMs = -Infinity
    try {
      for await (const text of createInterface({ input, crlfDelay: Infinity })) {
        if (line++ === 0 || text.trim() === '') continue
        const cells = splitRow(text, this.#columns.separator)
        const cell = cells[this.#columns.timeColumn] ?? ''
        const readMs = timeOfCell(this.#columns, cell, this.#local, timeMs)
        if (!Number.isFinite(readMs)) {
          unread++
          continue
        }
        timeMs = readMs
        yield {
          offsetMs: readMs - this.#startMs,
          values: this.#columns.values.map(({ column }) => valueOfCell(cells[column])),
        }
      }
    } finally {
      input.destroy()
    }
    if (unread > 0) this.#fault ??= { code: 'FILE_UNREADABLE', detail: `${unread} rows have no time` }
  }
}

function timeOfRow(columns: CsvColumns, row: string, local: LocalTime, notBeforeMs?: number): number {
  return timeOfCell(columns, splitRow(row, columns.separator)[columns.timeColumn] ?? '', local, notBeforeMs)
}

/** The median distance of the rows, then the mean over those that are as far apart: exact to a microsecond. */
function periodOf(times: readonly number[]): number | null {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? NaN))
  if (gaps.length === 0) return 1000
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? NaN
  if (!(median > 0)) return null
  const even = gaps.filter((gap) => Math.abs(gap - median) <= median / 2)
  return Math.round((even.reduce((sum, gap) => sum + gap, 0) / even.length) * 1e3) / 1e3
}

function durationOf(
  columns: CsvColumns,
  tail: string,
  startMs: number,
  periodMs: number,
  local: LocalTime,
): number | null {
  const lastOf = (row: string): number => {
    const cell = splitRow(row, columns.separator)[columns.timeColumn] ?? ''
    return columns.time === 'iso' ? local.latest(cell) : timeOfCell(columns, cell, local)
  }
  const last = tail.split(/\r?\n/).map(lastOf).filter(Number.isFinite).at(-1)
  return last === undefined ? null : Math.max(0, Math.round(last - startMs + periodMs))
}

/** A file that was cut has no line end and too few cells. */
function endsInARow(columns: CsvColumns, tail: string): boolean {
  const last = tail.split(/\r?\n/).at(-1) ?? ''
  const cells = Math.max(columns.timeColumn, ...columns.values.map(({ column }) => column)) + 1
  return last.trim() === '' || splitRow(last, columns.separator).length >= cells
}

async function textAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.toString('utf8', 0, bytesRead)
}
