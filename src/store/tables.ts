import type { Alert, DeadLetter, LateReading, PcgChunk, Prediction, VideoFrame } from '../reading.ts'
import type { Table } from './table.ts'
import { alerts } from './tables/alerts.ts'
import { audit, type AuditRow } from './tables/audit.ts'
import { contexts, type ContextRow } from './tables/contexts.ts'
import { deadLetters } from './tables/dead-letters.ts'
import { frames } from './tables/frames.ts'
import { heartSounds } from './tables/heart-sounds.ts'
import { lateReadings } from './tables/late-readings.ts'
import { numerics, type NumericRow } from './tables/numerics.ts'
import { predictions } from './tables/predictions.ts'
import { type WaveformRow, waveformStretches } from './tables/waveform-stretches.ts'
import { windows } from './tables/windows.ts'

/** The row of each table, as the mapping from records makes it. */
export interface RowOf {
  numerics: NumericRow
  waveform_stretches: WaveformRow
  heart_sounds: PcgChunk
  frames: VideoFrame
  windows: Prediction
  predictions: Prediction
  alerts: Alert
  late_readings: LateReading
  dead_letters: DeadLetter
  contexts: ContextRow
  audit: AuditRow
}

export type TableName = keyof RowOf

/** Every table that is written, once. */
export const TABLES: { readonly [T in TableName]: Table<RowOf[T]> } = {
  numerics,
  waveform_stretches: waveformStretches,
  heart_sounds: heartSounds,
  frames,
  windows,
  predictions,
  alerts,
  late_readings: lateReadings,
  dead_letters: deadLetters,
  contexts,
  audit,
}

export const TABLE_NAMES = Object.keys(TABLES) as TableName[]

/** Rows by table; a table that is not named has none. */
export type RowBatch = { readonly [T in TableName]?: readonly RowOf[T][] }

export function rowCount(batch: RowBatch): number {
  return TABLE_NAMES.reduce((sum, name) => sum + (batch[name]?.length ?? 0), 0)
}

/** One batch of many, each table's rows in the order of the batches. */
export function joinBatches(batches: readonly RowBatch[]): RowBatch {
  return Object.fromEntries(
    TABLE_NAMES.map((name) => [name, batches.flatMap<RowOf[TableName]>((batch) => batch[name] ?? [])] as const).filter(
      ([, rows]) => rows.length > 0,
    ),
  )
}
