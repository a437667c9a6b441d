/** Change of the risk that is a trend and not the noise of one window. */
const STEADY = 0.05
const COMPARED = 3

export type RiskTrend = 'rising' | 'falling' | 'steady' | 'unknown'

/** The newest risk against the mean of the windows before it; windows without a risk are left out. */
export function riskTrend(risks: readonly { risk: number | null }[]): RiskTrend {
  const known = risks.flatMap(({ risk }) => (risk === null ? [] : [risk]))
  const newest = known.pop()
  const before = known.slice(-COMPARED)
  if (newest === undefined || before.length === 0) return 'unknown'
  const mean = before.reduce((sum, risk) => sum + risk, 0) / before.length
  if (newest - mean > STEADY) return 'rising'
  return mean - newest > STEADY ? 'falling' : 'steady'
}
