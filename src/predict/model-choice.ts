import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const names = z.array(z.string().min(1))

const choiceSchema = z.strictObject({
  /** What `--models` said when the choice was made: a ward that is started with other models does not follow it. */
  configured: names,
  serving: names,
  /** run beside, without a word to anybody */
  shadow: names,
  /** what served before the last promotion; null: nothing was promoted */
  previous: names.nullable(),
})

export type ModelChoice = z.infer<typeof choiceSchema>

/** Where a person's choice of models lies, for the wards of this data folder. */
export function choiceFile(dataDir: string): string {
  return join(dataDir, 'models.json')
}

/** The choice in force: a person's, or else what is configured. Throws on a file that is none. */
export async function readChoice(dataDir: string, configured: readonly string[]): Promise<ModelChoice> {
  const asConfigured = { configured: [...configured], serving: [...configured], shadow: [], previous: null }
  let text: string
  try {
    text = await readFile(choiceFile(dataDir), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return asConfigured
    throw error
  }
  const choice = choiceSchema.parse(JSON.parse(text))
  return choice.configured.join('\n') === configured.join('\n') ? choice : asConfigured
}

/** Whole or not at all: a ward may read it at any moment. */
export async function writeChoice(dataDir: string, choice: ModelChoice): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  const file = choiceFile(dataDir)
  const beside = `${file}.${randomUUID()}`
  await writeFile(beside, `${JSON.stringify(choice, null, 2)}\n`)
  await rename(beside, file)
}
