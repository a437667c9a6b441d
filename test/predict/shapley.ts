/** For each of M players what it adds, on average over all orders in which they may come, by what each subset gives; bit i is player i. */
export function shapleyValues(subsets: ArrayLike<number>): number[] {
  const players = Math.log2(subsets.length)
  return Array.from({ length: players }, (_, player) =>
    Array.from(subsets).reduce((sum, worth, subset) => sum + worth * shapleyWeight(subset, player, players), 0),
  )
}

/** How much what a subset gives counts in the value of a player. */
export function shapleyWeight(subset: number, player: number, players: number): number {
  const size = Array.from({ length: players }, (_, bit) => (subset >> bit) & 1).reduce((sum, bit) => sum + bit, 0)
  const isIn = ((subset >> player) & 1) === 1
  const others = isIn ? size - 1 : size
  const weight = (factorial(others) * factorial(players - 1 - others)) / factorial(players)
  return isIn ? weight : -weight
}

function factorial(of: number): number {
  return of <= 1 ? 1 : of * factorial(of - 1)
}
