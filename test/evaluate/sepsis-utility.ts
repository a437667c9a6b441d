/** Onset as the challenge labels it: the label begins six hours before. */
const LABEL_LEAD_H = 6
const EARLIEST_H = -12
const OPTIMAL_H = -6
const LATEST_H = 3
const MOST_FOR_ALARM = 1
const LEAST_FOR_SILENCE = -2
const FALSE_ALARM = -0.05

/** What an hour's alarm, and its silence, are worth. */
export interface HourUtility {
  alarm: number
  silence: number
  /** of whoever knows the onset */
  best: number
}

/**
 * PhysioNet/CinC 2019's utility of each hour of a stay (Reyna et al., Crit Care Med 48:210, 2020, evaluate_sepsis_score.py), from its
 * hourly labels: an alarm is worth most six hours before onset, and little when it comes more than twelve before or three after; a false
 * alarm costs 0.05.
 */
export function hourUtilities(labels: readonly boolean[]): HourUtility[] {
  const first = labels.indexOf(true)
  const onset = first < 0 ? null : first + LABEL_LEAD_H
  return labels.map((_, hour) => {
    if (onset === null) return { alarm: FALSE_ALARM, silence: 0, best: 0 }
    const since = hour - onset
    const isTold = since >= EARLIEST_H && since <= LATEST_H
    const worth = utilityOf(since)
    return { ...worth, best: isTold ? worth.alarm : worth.silence }
  })
}

function utilityOf(since: number): { alarm: number; silence: number } {
  if (since > LATEST_H) return { alarm: 0, silence: 0 }
  if (since <= OPTIMAL_H) {
    const alarm = (MOST_FOR_ALARM * (since - EARLIEST_H)) / (OPTIMAL_H - EARLIEST_H)
    return { alarm: Math.max(alarm, FALSE_ALARM), silence: 0 }
  }
  const left = (LATEST_H - since) / (LATEST_H - OPTIMAL_H)
  return { alarm: MOST_FOR_ALARM * left, silence: LEAST_FOR_SILENCE * (1 - left) }
}

/** 1: whoever knows the onset; 0: nobody who says anything. */
export function normalisedUtility(hours: readonly HourUtility[], isAlarm: readonly boolean[]): number {
  let observed = 0
  let best = 0
  let silent = 0
  hours.forEach((hour, index) => {
    observed += isAlarm[index] === true ? hour.alarm : hour.silence
    best += hour.best
    silent += hour.silence
  })
  return (observed - silent) / (best - silent)
}
