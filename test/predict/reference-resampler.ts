/**
 * What `resample` computes, written down as it is defined and as slowly: an output is the sum, over all samples, of the sample
 * times the windowed sinc at its distance. Samples outside are silence.
 */
export function referenceResampled(samples: ArrayLike<number>, up: number, down: number): Float64Array {
  const { taps, halfLength } = windowedSinc(up, down)
  return Float64Array.from({ length: Math.ceil((samples.length * up) / down) }, (_, output) => {
    const centre = output * down
    const oldest = Math.max(0, Math.ceil((centre - halfLength) / up))
    const newest = Math.min(samples.length - 1, Math.floor((centre + halfLength) / up))
    let sum = 0
    for (let index = oldest; index <= newest; index++)
      sum += (samples[index] ?? 0) * (taps[halfLength + centre - index * up] ?? 0)
    return sum
  })
}

/** [20·max(up, down)+1], of sum `up`: sinc under a Kaiser window of β = 5. */
function windowedSinc(up: number, down: number): { taps: Float64Array; halfLength: number } {
  const widest = Math.max(up, down)
  const halfLength = 10 * widest
  const taps = new Float64Array(2 * halfLength + 1)
  for (let distance = -halfLength; distance <= halfLength; distance++) {
    const x = (Math.PI * distance) / widest
    const kaiser = besselI0(5 * Math.sqrt(1 - (distance / halfLength) ** 2))
    taps[halfLength + distance] = (distance === 0 ? 1 : Math.sin(x) / x) * kaiser
  }
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return { taps: taps.map((tap) => (tap * up) / sum), halfLength }
}

function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; k < 40; k++) sum += term *= (x / (2 * k)) ** 2
  return sum
}
