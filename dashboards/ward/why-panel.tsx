import type { Bed } from './bed.ts'
import { Conclusion } from './conclusion.tsx'
import { useWindowFresh } from './modality-marks.tsx'

/** Why the risk is what it is, as of the newest window; as high as its text, so that nothing of it is cut. */
export function WhyPanel({ bed }: { bed: Bed }) {
  const prediction = bed.prediction.value
  const fresh = useWindowFresh(bed).value
  return (
    <section class="panel why" aria-label="Why" data-fresh={fresh}>
      <h2>Why</h2>
      {prediction === null && <p class="quiet-text">No scored window yet.</p>}
      {prediction !== null && !fresh && <p class="why-old">Not of now: the last window is over long ago.</p>}
      {prediction !== null && <Conclusion prediction={prediction} />}
    </section>
  )
}
