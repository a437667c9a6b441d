import { createHash } from 'node:crypto'
import type { Answer } from '../predict/model-card.ts'
import type { ModelFolder } from '../predict/model-folder.ts'
import { prepareWindow, rowFor } from '../predict/window-tensors.ts'
import type { FrozenEncoder } from './frozen-encoder.ts'
import type { Label } from './label-table.ts'
import type { Windows } from './labelled-windows.ts'
import type { Example } from './site-head.ts'

/** What cannot be learnt from, and where that was said. */
export interface Refused {
  from: string
  code: 'TUNE_LEAKAGE' | 'TUNE_LABELS_CONTRADICT' | 'TUNE_UNUSABLE'
  says: string
}

export interface Examples {
  examples: readonly Example[]
  refused: readonly Refused[]
}

/**
 * Labelled windows as the encoder sees them. The same content under two subjects would be learnt from and tested on; under two labels it is
 * a contradiction; said twice it counts once.
 */
export async function examplesOf(
  labels: readonly Label[],
  { card }: ModelFolder,
  answer: Answer,
  embedding: string,
  windowsOf: (label: Label) => Promise<Windows>,
  encoder: FrozenEncoder,
): Promise<Examples> {
  const wanted = new Set(card.inputs.map(({ source }) => source))
  const seen = new Map<string, { subject: string; label: string }>()
  const examples: Example[] = []
  const refused: Refused[] = []
  for (const one of labels) {
    const { from, subject, label, groups } = one
    const refuse = (code: Refused['code'], says: string): void => void refused.push({ from, code, says })
    const found = await windowsOf(one)
    if (!found.ok) {
      refuse('TUNE_UNUSABLE', found.code === 'TUNE_UNUSABLE' ? found.detail : `${found.code}: ${found.detail}`)
      continue
    }
    let used = 0
    for (const window of found.windows) {
      const row = rowFor(card.inputs, await prepareWindow(window, wanted))
      if (!row.ok) continue
      used++
      const hash = createHash('sha256')
      for (const { name } of card.inputs) {
        const data = row.inputs[name]?.data
        if (data !== undefined) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      }
      const content = hash.digest('hex')
      const before = seen.get(content)
      if (before !== undefined) {
        if (before.label !== label) refuse('TUNE_LABELS_CONTRADICT', 'the same has another label elsewhere')
        else if (before.subject !== subject) refuse('TUNE_LEAKAGE', 'the same is of another subject elsewhere')
        continue
      }
      seen.set(content, { subject, label })
      const outcome = await encoder.score(row.inputs)
      if (!outcome.ok) {
        refuse('TUNE_UNUSABLE', `${outcome.code}: ${outcome.detail}`)
        continue
      }
      const { outputs } = outcome
      examples.push({
        subject,
        groups,
        label: answer.classes.indexOf(label),
        embedding: outputs[embedding]?.data ?? new Float32Array(0),
        parent: Float64Array.from(outputs[answer.output]?.data ?? []),
      })
    }
    if (used === 0) refuse('TUNE_UNUSABLE', 'it has nothing that the model reads')
  }
  return { examples, refused }
}
