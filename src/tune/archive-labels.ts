import type { Answer } from '../predict/model-card.ts'
import type { GenerationMode, PatientContext } from '../reading.ts'
import type { Archive } from '../store/archive.ts'
import { LABELLED_ALERTS } from '../store/window-queries.ts'
import { archivedContext } from './archived-context.ts'
import type { Label, WindowPlace } from './label-table.ts'
import { spokenOf } from './speaking-alerts.ts'

export interface ArchiveStretch {
  /** When an alert began: from this on, and before that; null: whenever. */
  fromMs: number | null
  toMs: number | null
  demoData: boolean
}

/** How many were not learnt from, and why. */
export interface LeftOut {
  count: number
  says: string
}

export interface ArchiveLabels {
  /** alerts that somebody labelled */
  found: number
  labels: readonly Label[]
  leftOut: readonly LeftOut[]
}

type WindowLabel = Label & { place: WindowPlace }

interface LabelledAlert {
  alertId: string
  patientId: string
  unitId: string
  condition: string
  label: string
  generationMode: GenerationMode
  windowStartMs: number | null
  windowEndMs: number | null
  windowMode: GenerationMode | null
}

/**
 * What people said on the ward of alerts, as labels of an answer: the last word on each, for the window in which its condition began. That is
 * what the person was shown first and what a model would have judged; by the time an alert is raised, its delay may have led to another.
 */
export async function readArchiveLabels(
  archive: Archive,
  answer: Answer,
  { fromMs, toMs, demoData }: ArchiveStretch,
): Promise<ArchiveLabels> {
  const alerts = await archive.query<LabelledAlert>(LABELLED_ALERTS, [fromMs, toMs])
  const counts = new Map<string, number>()
  const leaveOut = (says: string, count = 1): void => void counts.set(says, (counts.get(says) ?? 0) + count)
  const windows = new Map<string, WindowLabel[]>()
  for (const alert of alerts) {
    const { alertId, patientId, unitId, windowStartMs, windowEndMs } = alert
    const spoken = spokenOf(alert, answer)
    if (spoken === null) leaveOut(`say nothing of ${answer.finding}`)
    else if (!demoData && [alert.generationMode, alert.windowMode].some((mode) => mode !== 'real' && mode !== null))
      leaveOut('are of a demonstration or a test')
    else if (windowStartMs === null || windowEndMs === null) leaveOut('began where the ward closed no window')
    else {
      const groups = groupsOf(await archivedContext(archive, patientId, windowEndMs), unitId)
      const place: WindowPlace = { kind: 'window', patientId, startMs: windowStartMs, judged: spoken.judged }
      const label: WindowLabel = { from: `alert ${alertId}`, place, label: spoken.label, subject: patientId, groups }
      const key = `${windowStartMs} ${patientId}`
      windows.set(key, [...(windows.get(key) ?? []), label])
    }
  }
  const labels: Label[] = []
  for (const ofWindow of windows.values()) {
    const [first] = ofWindow
    if (new Set(ofWindow.map(({ label }) => label)).size > 1)
      leaveOut('say different things of one window', ofWindow.length)
    else if (first !== undefined) {
      labels.push({ ...first, place: { ...first.place, judged: anyOf(ofWindow) } })
      if (ofWindow.length > 1) leaveOut('say the same of a window as another', ofWindow.length - 1)
    }
  }
  return { found: alerts.length, labels, leftOut: [...counts].map(([says, count]) => ({ says, count })) }
}

/** Of alerts that say the same it does not matter which of them its window is about. */
function anyOf(labels: readonly WindowLabel[]): WindowPlace['judged'] {
  const kinds = labels.flatMap(({ place: { judged } }) => judged ?? [])
  return labels.some(({ place: { judged } }) => judged === null) ? null : kinds
}

function groupsOf(context: PatientContext | null, unitId: string): Record<string, string> {
  const { ageBand = '', sex = 'unknown' } = context ?? {}
  return Object.fromEntries(
    Object.entries({ age_band: ageBand, sex: sex === 'unknown' ? '' : sex, site: unitId }).filter(
      ([, value]) => value !== '',
    ),
  )
}
