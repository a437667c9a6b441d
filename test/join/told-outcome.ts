import assert from 'node:assert/strict'
import type { ErrorCode } from '../../src/errors.ts'
import type { LogRecord } from '../../src/ingest/log.ts'
import type { ClosedWindow } from '../../src/join/patient-join.ts'
import { HISTORY_HOURS, HISTORY_SIGNS, type Modality, type SourceState, type WindowClosing } from '../../src/reading.ts'
import type { Told } from './join-under-test.ts'

/** A closed window as a reference can know it: all but the digest, which is held against the content apart. */
export interface OutcomeWindow {
  patientId: string
  startMs: number
  endMs: number
  /** Append time at which it closed. */
  closedAtMs: number
  closedBy: WindowClosing
  /** Feed and sequence number, in the order of each stream. */
  vitals: readonly string[]
  pcg: readonly string[]
  video: readonly string[]
  diagnosis: string | null
  /** By the hour, the last one as it is now; null: not measured. */
  pulse: readonly (number | null)[]
  /** By name: in which order the feeds were first heard means nothing. */
  sources: readonly SourceState[]
}

/** What a log came to. The windows and late readings of a patient in their order; dead letters by where they lay. */
export interface Outcome {
  windows: Readonly<Record<string, readonly OutcomeWindow[]>>
  late: Readonly<Record<string, readonly { id: string; windowStartMs: number; latenessMs: number }[]>>
  dead: Readonly<Record<string, ErrorCode>>
}

export function outcomeOf(told: readonly Told[]): Outcome {
  const windows: Record<string, OutcomeWindow[]> = {}
  const late: Record<string, { id: string; windowStartMs: number; latenessMs: number }[]> = {}
  const dead: Record<string, ErrorCode> = {}
  const closedAt = closingTimes(told)
  for (const output of told) {
    if (output.kind === 'window') {
      const { patientId } = output.closed.window
      ;(windows[patientId] ??= []).push(windowOf(output.closed, closedAt.get(output.closed) ?? NaN))
    } else if (output.kind === 'late') {
      const { id, patientId, windowStartMs, latenessMs } = output.late
      ;(late[patientId] ??= []).push({ id, windowStartMs, latenessMs })
    } else {
      const id = placeOf(output.record)
      assert.equal(dead[id], undefined, `${id} is a dead letter twice`)
      dead[id] = output.code
    }
  }
  return { windows, late, dead }
}

/** The place of a record, which is also the id of its dead letter and of its late reading. */
export function placeOf({ topic, partition, offset }: LogRecord): string {
  return `${topic}-${partition}-${offset}`
}

export function byName(sources: readonly SourceState[]): SourceState[] {
  return sources.map((source) => ({ ...source })).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

function windowOf({ window, closedBy }: ClosedWindow, closedAtMs: number): OutcomeWindow {
  const { patientId, startMs, endMs, context, sources, history } = window
  const named = (modality: Modality): string[] =>
    window.readings.names.flatMap((name) => (name.modality === modality ? [`${name.feedId} ${name.sequence}`] : []))
  return {
    patientId,
    startMs,
    endMs,
    closedAtMs,
    closedBy,
    vitals: named('vitals'),
    pcg: named('pcg'),
    video: named('video'),
    diagnosis: context?.diagnosis ?? null,
    pulse: Array.from({ length: HISTORY_HOURS }, (_, hour) => known(history.hours[hour * HISTORY_SIGNS])),
    sources: byName(sources),
  }
}

function known(value = NaN): number | null {
  return Number.isNaN(value) ? null : value
}

/** Windows that close together have one state behind them, and it says when. */
function closingTimes(told: readonly Told[]): Map<ClosedWindow, number> {
  const times = new Map<ClosedWindow, number>()
  const atMs = new Map<string, number>()
  for (const output of [...told].reverse()) {
    if (output.kind !== 'window') continue
    const { closed } = output
    const { patientId } = closed.window
    if (closed.state !== null) atMs.set(patientId, closed.state.appendTimeMs)
    times.set(closed, atMs.get(patientId) ?? NaN)
  }
  return times
}

function nameOf({ modality, feedId }: SourceState): string {
  return `${modality}/${feedId}`
}
