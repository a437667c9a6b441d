import { alertHref } from '../app/router.ts'
import { type MarkGroup, grouped } from './trend-marks.ts'
import { PRIORITY_MARK } from './alert-words.ts'
import type { ShownTrends } from './trend-source.ts'

/** Closer than this, of the width, marks are one. */
const APART_PCT = 3

/** Every alert of the time on show, above the rows; each leads to what is known of it. */
export function AlertLane({ trends, patientId }: { trends: ShownTrends; patientId: string }) {
  const { marks, fromMs, toMs } = trends
  const groups = grouped(marks, { fromMs, toMs, apartPct: APART_PCT })
  return (
    <div class="trend-lane">
      <span class="trend-name">Alerts</span>
      <div class="lane" role="group" aria-label="Alerts in this time">
        {groups.map((group) => (
          <LaneMark key={group.worst.alertId} group={group} patientId={patientId} />
        ))}
      </div>
    </div>
  )
}

function LaneMark({ group: { atPct, worst, marks }, patientId }: { group: MarkGroup; patientId: string }) {
  const time = new Date(worst.fromMs).toLocaleTimeString('en-GB')
  const others = marks.length > 1 ? `, and ${marks.length - 1} more about then` : ''
  return (
    <a
      class="lane-mark"
      href={alertHref(patientId, worst.alertId)}
      style={{ left: `${atPct}%` }}
      data-priority={worst.priority}
      data-technical={worst.technical}
      title={marks.map(({ words, fromMs }) => `${new Date(fromMs).toLocaleTimeString('en-GB')} ${words}`).join('\n')}
    >
      <span aria-hidden="true">
        {worst.technical ? '⚙' : PRIORITY_MARK[worst.priority]}
        {marks.length > 1 && ` ${marks.length}`}
      </span>
      <span class="unseen">
        {worst.words}, {time}
        {others}
      </span>
    </a>
  )
}
