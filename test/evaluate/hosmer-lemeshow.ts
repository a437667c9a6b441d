/**
 * PhysioNet/CinC 2012, event 2 (score 2): the Hosmer-Lemeshow H statistic over ten groups of equal count by predicted risk, divided by the
 * distance of the mean risk of the last group from that of the first. Less is better; 0.001 keeps a group without risk from dividing by 0.
 */
export function hosmerLemeshow(happened: readonly boolean[], probabilities: ArrayLike<number>, groups = 10): number {
  const order = happened.map((_, index) => index)
  order.sort((a, b) => (probabilities[a] ?? NaN) - (probabilities[b] ?? NaN))
  const risks: number[] = []
  let statistic = 0
  for (let group = 0; group < groups; group++) {
    const from = Math.floor((group * order.length) / groups)
    const members = order.slice(from, Math.floor(((group + 1) * order.length) / groups))
    const seen = members.filter((index) => happened[index] === true).length
    const expected = members.reduce((sum, index) => sum + (probabilities[index] ?? NaN), 0)
    const risk = expected / members.length
    risks.push(risk)
    statistic += (seen - expected) ** 2 / (members.length * risk * (1 - risk) + 0.001)
  }
  return statistic / ((risks.at(-1) ?? NaN) - (risks[0] ?? NaN))
}
