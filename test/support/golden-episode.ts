import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { Alert } from '../../src/reading.ts'
import type { Outcome } from './episode-run.ts'
import { EPISODE_START_MS } from './episode.ts'

/** What an episode comes to, as its golden file tells it: times in seconds since its beginning. */
export interface Golden {
  windows: readonly object[]
  alerts: readonly object[]
  /** Readings that no window took. */
  setAside: readonly object[]
}

export function goldenOf({ predictions, alerts, late, deadLetters }: Outcome): Golden {
  return {
    windows: predictions.map(({ record }) => ({
      fromS: secondsIn(record.windowStartMs),
      vitals: record.vitalsCount,
      pcg: record.pcgCount,
      video: record.videoCount,
      closedBy: record.closedBy,
      rung: record.rung,
      risk: record.risk === null ? null : Math.round(record.risk * 1_000) / 1_000,
    })),
    alerts: alerts.map(({ record }) => ({
      atS: secondsIn(eventTimeOf(record)),
      condition: record.condition,
      transition: record.transition,
      priority: record.priority,
      presence: record.presence,
    })),
    setAside: [
      ...late.map(({ record: { topic } }) => ({ topic, why: 'late' })),
      ...deadLetters.map(({ record: { topic, code } }) => ({ topic, why: code })),
    ],
  }
}

/**
 * The event time of a transition. What time alone brings about (silence, nobody answering) bears the log's time, which moves
 * on by a millisecond an append; how many appends share a millisecond is a matter of the machine.
 */
export function eventTimeOf({ eventTimeMs }: Alert): number {
  return Math.round(eventTimeMs / 10) * 10
}

/** One line a window and one an alert, so that a difference reads as what it is. */
export function linesOf({ windows, alerts, setAside }: Golden): string[] {
  const rows = (of: readonly object[]): string[] =>
    of.map((row, index) => `    ${JSON.stringify(row)}${index + 1 < of.length ? ',' : ''}`)
  return [
    '{',
    '  "windows": [',
    ...rows(windows),
    '  ],',
    '  "alerts": [',
    ...rows(alerts),
    '  ],',
    '  "setAside": [',
    ...rows(setAside),
    '  ]',
    '}',
  ]
}

/** The golden outputs of an episode; null: there are none yet. */
export function readGolden(name: string): Golden | null {
  const file = fileOf(name)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Golden) : null
}

export function writeGolden(name: string, golden: Golden): void {
  writeFileSync(fileOf(name), `${linesOf(golden).join('\n')}\n`)
}

function secondsIn(timeMs: number): number {
  return (timeMs - EPISODE_START_MS) / 1_000
}

function fileOf(name: string): string {
  return join(PACKAGE_ROOT, 'test/episodes', `${name}.json`)
}
