import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Answer } from '../predict/model-card.ts'
import type { ModelFolder } from '../predict/model-folder.ts'
import { tensorBytes } from './tensor-bytes.ts'
import type { Example } from './site-head.ts'

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
export async function readAnchor({ modelFile, card }: ModelFolder, { finding, classes }: Answer): Promise<Example[]> {
  const text = await readFile(join(modelFile, '..', ANCHOR_FILE), 'utf8').catch(() => null)
  if (text === null) return []
  const anchor = anchorSchema.parse(JSON.parse(text))
  if (anchor.sha256 !== card.sha256) throw new Error(`${ANCHOR_FILE} is of another version of the model`)
  return (anchor.answers[finding] ?? []).map(({ subject, label, embedding, parent }) => ({
    subject,
    label: classes.indexOf(label),
    embedding: tensorBytes.read(embedding),
    parent: Float64Array.from(parent),
    groups: {},
  }))
}
