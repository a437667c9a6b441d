import { type Finding, type Missing, NUMERICS, type PatientWindow, type ScorePart } from '../reading.ts'
import { missing } from './missing.ts'
import { news2, VITAL_FIVE, type News2 } from './news2.ts'
import { isNews2Age, news2Inputs, type News2Reading } from './news2-inputs.ts'

export const NEWS2_SCORER = 'news2'
const NEWS2_VERSION = '2017'

export interface News2Answer {
  part: Omit<ScorePart, 'share'>
  missing: readonly Missing[]
}

/**
 * NEWS2 of a window. A sum over some parameters is a lower bound and is named so. It is given when at least three of the
 * five measured signs are known, or when what is known already asks for an urgent response (5 or more): an alarm can rest
 * on partial data, an all-clear cannot.
 */
export function scoreNews2(window: PatientWindow): News2Answer {
  if (window.context !== null && !isNews2Age(window.context.ageBand))
    return { part: emptyPart(), missing: [missing(NEWS2_SCORER, 'not_applicable')] }
  const reading = news2Inputs(window)
  const result = news2(reading.inputs)
  const vitalsKnown = VITAL_FIVE.filter((parameter) => reading.measured.has(parameter)).length
  const enough = vitalsKnown >= 3 || (vitalsKnown > 0 && result.total >= 5)
  return {
    part: {
      ...emptyPart(),
      score: enough ? news2Score(result.total) : null,
      findings: enough ? findings(result, reading) : [],
    },
    missing: reading.missing,
  }
}

/**
 * 0..20 points to 0..1: a tenth a point up to 7, the rest evenly. So 0.5 is where NEWS2 asks for an urgent response and
 * 0.7 where it asks for an emergency response. It is a scale, not a probability.
 */
export function news2Score(points: number): number {
  return points <= 7 ? points / 10 : 0.7 + (0.3 * (points - 7)) / 13
}

function findings(result: News2, { inputs, measured }: News2Reading): Finding[] {
  const partial = result.unknown.length > 0
  const total = partial
    ? `NEWS2 at least ${result.total}; not known: ${result.unknown.join(', ')}`
    : `NEWS2 ${result.total}`
  const found: Finding[] = [{ code: 'news2_total', value: result.total, text: total }]
  if (partial)
    found.push({
      code: 'news2_lower_bound',
      value: result.total,
      text: `${result.unknown.length} of 7 parameters not known`,
    })
  if (result.red) found.push({ code: 'news2_red', value: 3, text: 'a single parameter scores 3' })
  for (const [parameter, { code, value }] of measured) {
    const { label, unit } = NUMERICS[code]
    const shown = Number(value.toFixed(1))
    const points = result.points[parameter] ?? 0
    found.push({ code: `news2:${parameter}`, value: points, text: `${label} ${shown} ${unit} scores ${points}` })
  }
  if (inputs.supplementalOxygen !== null) {
    const points = result.points.oxygen ?? 0
    const text = `${inputs.supplementalOxygen ? 'on oxygen' : 'on air'} scores ${points}`
    found.push({ code: 'news2:oxygen', value: points, text })
  }
  if (inputs.consciousness !== null) {
    const points = result.points.consciousness ?? 0
    found.push({ code: 'news2:consciousness', value: points, text: `${inputs.consciousness} scores ${points}` })
  }
  return found
}

function emptyPart(): Omit<ScorePart, 'share'> {
  return { scorer: NEWS2_SCORER, version: NEWS2_VERSION, score: null, modalities: ['vitals'], findings: [] }
}
