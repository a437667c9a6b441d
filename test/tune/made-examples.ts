import { bellShaped, seededRandom } from '../../src/acquire/seeded-random.ts'
import type { Example } from '../../src/tune/site-head.ts'

export interface Ward {
  subjects: number
  windowsEach: number
  /** how much of the truth the parent sees, and how much more lies in the embedding */
  parentSees: number
  embeddingHolds: number
  seed: number
  /** what the label says of a subject's truth */
  labelled?: (positive: boolean, subject: number) => boolean
  groups?: (subject: number) => Readonly<Record<string, string>>
}

const WIDTH = 6

/** Windows of made-up subjects, half of them positive (class 0): the first number of the embedding leans with the truth, the rest is noise. */
export function madeExamples({ subjects, windowsEach, parentSees, embeddingHolds, seed, ...rest }: Ward): Example[] {
  const random = seededRandom(seed)
  return Array.from({ length: subjects }, (_, subject) => {
    const positive = subject % 2 === 0
    const lean = positive ? 1 : -1
    const label = (rest.labelled?.(positive, subject) ?? positive) ? 0 : 1
    return Array.from({ length: windowsEach }, (): Example => {
      const logit = lean * parentSees + bellShaped(random)
      const p = 1 / (1 + Math.exp(-logit))
      const embedding = Float32Array.from({ length: WIDTH }, () => bellShaped(random))
      embedding[0] = (embedding[0] ?? 0) + lean * embeddingHolds
      return {
        subject: `s${subject}`,
        label,
        embedding,
        parent: Float64Array.of(p, 1 - p),
        groups: rest.groups?.(subject) ?? {},
      }
    })
  }).flat()
}
