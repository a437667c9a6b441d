import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Answer } from '../predict/model-card.ts'
import type { ModelFolder } from '../predict/model-folder.ts'
import { tensorBytes } from './tensor-bytes.ts'
import type { Scored } from './cross-fit.ts'
import { type Example, headProbabilities, type SiteHead } from './site-head.ts'

export const ANCHOR_FILE = 'anchor.json'

const anchorSchema = z.strictObject({
  made: z.string().min(1),
  /** of the model file whose embeddings these are */
  sha256: z.string(),
  /** by finding of the answer */
  answers: z.record(
    z.string(),
    z.array(
      z.strictObject({
        subject: z.string(),
        label: z.string(),
        /** float32, least byte first, base64 */
        embedding: z.string(),
        parent: z.array(z.number().min(0).max(1)),
      }),
    ),
  ),
})

export type Anchor = z.infer<typeof anchorSchema>

/**
 * Subjects of the parent as its encoder sees them, with what they are: labels of a site that would make it forget these are not believed.
 * Empty where the model brings none. Throws on a file that is not of this model.
 */
export async function readAnchor(folder: ModelFolder, answer: Answer): Promise<Example[]> {
  return (await readAnchors(folder, [answer])).get(answer.finding) ?? []
}

/** The same of several answers, by finding. */
export async function readAnchors(
  { modelFile, card }: ModelFolder,
  answers: readonly Answer[],
): Promise<Map<string, Example[]>> {
  const text = await readFile(join(modelFile, '..', ANCHOR_FILE), 'utf8').catch(() => null)
  if (text === null) return new Map()
  const anchor = anchorSchema.parse(JSON.parse(text))
  if (anchor.sha256 !== card.sha256) throw new Error(`${ANCHOR_FILE} is of another version of the model`)
  return new Map(
    answers.map(({ finding, classes }) => [
      finding,
      (anchor.answers[finding] ?? []).map(({ subject, label, embedding, parent }) => ({
        subject,
        label: classes.indexOf(label),
        embedding: tensorBytes.read(embedding),
        parent: Float64Array.from(parent),
        groups: {},
      })),
    ]),
  )
}

/**
 * What the parent and a site's head say of the parent's subjects, among the classes that the site has labelled, and as if these were as frequent
 * as in the anchor (Saerens et al., Neural Computation 14:21, 2002): that a ward has more murmurs than a school, or never says that it does
 * not know, is no forgetting.
 */
export function heldAgainst(anchor: readonly Example[], labelled: readonly Example[], head: SiteHead): Scored[] {
  const scored = anchor.map((example) => ({ example, parent: example.parent, site: headProbabilities(example, head) }))
  return asFrequentAsThere(scored, labelled)
}

/** The same of whatever the site's model is. */
export function asFrequentAsThere(anchor: readonly Scored[], labelled: readonly Example[]): Scored[] {
  const own = sharesOf(labelled)
  const known = anchor.filter(({ example: { label } }) => own.has(label))
  const theirs = sharesOf(known.map(({ example }) => example))
  const weights = (of: number): number => (theirs.get(of) ?? 0) / (own.get(of) ?? Infinity)
  return known.map(({ example, parent, site }) => ({
    example,
    parent: weighted(parent, (of) => Number(own.has(of))),
    site: weighted(site, weights),
  }))
}

/** By class that somebody has, how many of all have it. */
function sharesOf(examples: readonly Example[]): Map<number, number> {
  const shares = new Map<number, number>()
  for (const { label } of examples) shares.set(label, (shares.get(label) ?? 0) + 1 / examples.length)
  return shares
}

function weighted(probabilities: Float64Array, weight: (of: number) => number): Float64Array {
  const parts = probabilities.map((probability, of) => probability * weight(of))
  const sum = parts.reduce((total, part) => total + part, 0)
  return parts.map((part) => part / sum)
}
