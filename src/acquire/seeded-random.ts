/** Uniform numbers in [0, 1); the same seed gives the same row of them on every machine. */
export type SeededRandom = () => number

/**
 * Mixes integers into 32 well-spread bits, so that every slot of every stream of every bed has a seed of its own and can
 * be made without making the ones before it. Finaliser of MurmurHash3 (A. Appleby, public domain).
 */
export function mixedSeed(...parts: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const part of parts) {
    hash = scrambled(hash ^ (part | 0))
    hash = scrambled(hash ^ Math.floor(part / 2 ** 32))
  }
  return hash >>> 0
}

/** mulberry32 (T. Ettinger, public domain): 32 bits of state, good enough for noise. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Roughly normal, mean 0, standard deviation 1, never beyond ±3 (three uniform numbers summed). */
export function bellShaped(random: SeededRandom): number {
  return 2 * (random() + random() + random() - 1.5)
}

function scrambled(bits: number): number {
  let hash = bits
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
